/*
 * The functions of `common/`, `spec/catalogue` and `spec/dates` that exported programs take, with the same
 * operations in the same order. Each program takes those that it calls. Written in the part of C that
 * `javascript.ts` turns into JavaScript: arrays as parameters, no other pointers, decimal points in
 * quotients.
 */

/* (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2. */
static double exp_series(double r) {
    return 1.0 / 2 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720 + r * (1.0 / 5040 +
        r * (1.0 / 40320 + r * (1.0 / 362880 + r * (1.0 / 3628800 + r * (1.0 / 39916800 +
        r * (1.0 / 479001600 + r / 6227020800.0))))))))));
}

static double exp_scaled(double x, double low, int shift) {
    const int k = (int)floor(x * 1.4426950408889634 + 0.5);
    const double above = x - k * 0.6931471803691238;
    const double below = k * 1.9082149292705877e-10 - low;
    const double r = above - below;
    return ldexp(1 + (above - (below - r * r * exp_series(r))), k + shift);
}

static double exact_exp(double x) {
    if (x > 709.782712893384) {
        return INFINITY;
    }
    if (x < -745.1332191019412) {
        return 0;
    }
    if (isnan(x)) {
        return x;
    }
    return exp_scaled(x, 0, 0);
}

static double exact_expm1(double x) {
    if (x > 709.782712893384) {
        return INFINITY;
    }
    if (x < -40) {
        return -1;
    }
    if (isnan(x) || (x < 1e-300 && x > -1e-300)) {
        return x;
    }
    const int k = (int)floor(x * 1.4426950408889634 + 0.5);
    const double above = x - k * 0.6931471803691238;
    const double below = k * 1.9082149292705877e-10;
    const double r = above - below;
    const double p = r + (r * r * exp_series(r) + (above - r - below));
    if (k == 0) {
        return p;
    }
    if (k > 56) {
        return ldexp(1 + p, k);
    }
    return ldexp(1.0, k) * (p + (1 - ldexp(1.0, -k)));
}

static double artanh_tail(double s) {
    const double z = s * s;
    return z * (2.0 / 3 + z * (2.0 / 5 + z * (2.0 / 7 + z * (2.0 / 9 + z * (2.0 / 11 + z * (2.0 / 13 +
        z * (2.0 / 15 + z * (2.0 / 17 + z * (2.0 / 19 + z * (2.0 / 21))))))))));
}

static double log_of_parts(int k, double f, double low) {
    const double s = f / (2 + f);
    return k * 0.6931471803691238 + (f - (s * (f - artanh_tail(s)) - (k * 1.9082149292705877e-10 + low)));
}

static double exact_log(double x) {
    if (!(x > 0)) {
        return x == 0 ? -INFINITY : NAN;
    }
    if (x == INFINITY) {
        return x;
    }
    const int is_tiny = x < 2.2250738585072014e-308 ? 1 : 0;
    const double y = is_tiny ? x * 18014398509481984.0 : x;
    int k = ilogb(y);
    double m = y * ldexp(1.0, -k);
    if (m > 1.4142135623730951) {
        m *= 0.5;
        k++;
    }
    return log_of_parts(is_tiny ? k - 54 : k, m - 1, 0);
}

static double exact_log1p(double x) {
    if (!(x > -1)) {
        return x == -1 ? -INFINITY : NAN;
    }
    if (x < 1e-17 && x > -1e-17) {
        return x;
    }
    if (x > 0.7071067811865476 - 1 && x < 1.4142135623730951 - 1) {
        return log_of_parts(0, x, 0);
    }
    if (x > 1e18) {
        return exact_log(x);
    }
    const double u = 1 + x;
    const double lost = (x > 1 ? 1 - (u - x) : x - (u - 1)) / u;
    int k = ilogb(u);
    double m = u * ldexp(1.0, -k);
    if (m > 1.4142135623730951) {
        m *= 0.5;
        k++;
    }
    return log_of_parts(k, m - 1, lost);
}

static double exact_tanh(double x) {
    if (isnan(x)) {
        return x;
    }
    const double a = fabs(x);
    if (a < 1e-9) {
        return x;
    }
    if (a > 19.1) {
        return x < 0 ? -1 : 1;
    }
    const double t = exact_expm1(2 * a);
    const double y = a < 1 ? t / (t + 2) : 1 - 2 / (t + 2);
    return x < 0 ? -y : y;
}

static double half_exp(double x) {
    if (x > 711) {
        return INFINITY;
    }
    if (x < -746) {
        return 0;
    }
    if (isnan(x)) {
        return x;
    }
    return exp_scaled(x, 0, -1);
}

static double exact_sinh(double x) {
    const double a = fabs(x);
    if (a < 1) {
        const double z = x * x;
        const double series = 1.0 / 6 + z * (1.0 / 120 + z * (1.0 / 5040 + z * (1.0 / 362880 +
            z * (1.0 / 39916800 + z * (1.0 / 6227020800.0 + z * (1.0 / 1307674368000.0 +
            z * (1.0 / 355687428096000.0 + z / 121645100408832000.0)))))));
        return x + x * z * series;
    }
    const double y = half_exp(a) - half_exp(-a);
    return x < 0 ? -y : y;
}

static double exact_cosh(double x) {
    const double a = fabs(x);
    return half_exp(a) + half_exp(-a);
}

static double product_error(double a, double b, double p) {
    const double a_split = a * 134217729;
    const double a_high = a_split - (a_split - a);
    const double a_low = a - a_high;
    const double b_split = b * 134217729;
    const double b_high = b_split - (b_split - b);
    const double b_low = b - b_high;
    return a_low * b_low - (p - a_high * b_high - a_low * b_high - a_high * b_low);
}

static void log_in_two(double x, double *parts) {
    const int is_tiny = x < 2.2250738585072014e-308 ? 1 : 0;
    const double y = is_tiny ? x * 18014398509481984.0 : x;
    int k = ilogb(y);
    double m = y * ldexp(1.0, -k);
    if (m > 1.4142135623730951) {
        m *= 0.5;
        k++;
    }
    if (is_tiny) {
        k -= 54;
    }
    const double f = m - 1;
    const double d = m + 1;
    const double d_low = m < 1 ? m - (d - 1) : 1 - (d - m);
    const double s = f / d;
    const double q = s * d;
    const double s_low = (f - q - product_error(s, d, q) - s * d_low) / d;
    const double z = s * s;
    const double z_low = product_error(s, s, z) + 2 * s * s_low;
    const double tail = z * (2.0 / 5 + z * (2.0 / 7 + z * (2.0 / 9 + z * (2.0 / 11 + z * (2.0 / 13 +
        z * (2.0 / 15 + z * (2.0 / 17 + z * (2.0 / 19 + z * (2.0 / 21)))))))));
    const double c = 2.0 / 3 + tail;
    const double c_low = 2.0 / 3 - c + tail + 3.700743415417188e-17;
    const double zc = z * c;
    const double zc_low = product_error(z, c, zc) + z * c_low + z_low * c;
    const double g = 2 + zc;
    const double g_low = 2 - g + zc + zc_low;
    const double sg = s * g;
    const double sg_low = product_error(s, g, sg) + s * g_low + s_low * g;
    const double k_high = k * 0.6931471803691238;
    const double sum = k_high + sg;
    const double lost = k == 0 ? 0 : k_high - sum + sg;
    const double low = lost + (sg_low + k * 1.9082149292705877e-10 + k * 1.1612227229362532e-26);
    parts[0] = sum + low;
    parts[1] = sum - parts[0] + low;
}

static double exact_pow(double x, double y) {
    if (y == 0) {
        return 1;
    }
    if (isnan(x) || isnan(y)) {
        return NAN;
    }
    const double a = fabs(x);
    if (fabs(y) == INFINITY) {
        if (a == 1) {
            return NAN;
        }
        return (a > 1) == (y > 0) ? INFINITY : 0;
    }
    const int is_integer = floor(y) == y ? 1 : 0;
    const int is_negative = (x < 0 || (x == 0 && 1 / x < 0)) && is_integer && floor(y / 2) != y / 2 ? 1 : 0;
    double result = 1;
    if (a == 0 || a == INFINITY) {
        result = (a == 0) == (y > 0) ? 0 : INFINITY;
    } else if (x < 0 && !is_integer) {
        return NAN;
    } else if (a != 1) {
        double parts[2];
        log_in_two(a, parts);
        const double product = y * parts[0];
        if (product > 710) {
            result = INFINITY;
        } else if (product < -746) {
            result = 0;
        } else {
            result = exp_scaled(product, product_error(y, parts[0], product) + y * parts[1], 0);
        }
    }
    return is_negative ? -result : result;
}

static double two_sum_error(double a, double b, double sum) {
    const double b_rounded = sum - a;
    return a - (sum - b_rounded) + (b - b_rounded);
}

static const double two_over_pi[56] = {
    0xa2f983, 0x6e4e44, 0x1529fc, 0x2757d1, 0xf534dd, 0xc0db62, 0x95993c, 0x439041, 0xfe5163, 0xabdebb,
    0xc561b7, 0x246e3a, 0x424dd2, 0xe00649, 0x2eea09, 0xd1921c, 0xfe1deb, 0x1cb129, 0xa73ee8, 0x8235f5,
    0x2ebb44, 0x84e99c, 0x7026b4, 0x5f7e41, 0x3991d6, 0x398353, 0x39f49c, 0x845f8b, 0xbdf928, 0x3b1ff8,
    0x97ffde, 0x05980f, 0xef2f11, 0x8b5a0a, 0x6d1f6d, 0x367ecf, 0x27cb09, 0xb74f46, 0x3f669e, 0x5fea2d,
    0x7527ba, 0xc7ebe5, 0xf17b3d, 0x0739f7, 0x8a5292, 0xea6bfb, 0x5fb11f, 0x8d5d08, 0x560330, 0x46fc7b,
    0x6babf0, 0xcfbc20, 0x9af436, 0x1da9e3, 0x91615e, 0xe61b08
};

static int reduce_large(double a, double *rest) {
    const int e = ilogb(a) - 52;
    const double m = a * ldexp(1.0, -e);
    const double upper = floor(m / 16777216);
    const double m0 = m - 16777216 * upper;
    const double m2 = floor(upper / 16777216);
    const double m1 = upper - 16777216 * m2;
    const int start = e < 26 ? 0 : (int)floor((e - 26) / 24.0);
    double limbs[14];
    for (int i = 0; i < 14; i++) {
        limbs[i] = 0;
    }
    for (int i = 0; i < 10; i++) {
        const double digit = two_over_pi[start + 9 - i];
        limbs[i] += m0 * digit;
        limbs[i + 1] += m1 * digit;
        limbs[i + 2] += m2 * digit;
        const double carry = floor(limbs[i] / 16777216);
        limbs[i] -= carry * 16777216;
        limbs[i + 1] += carry;
    }
    for (int i = 10; i < 13; i++) {
        const double carry = floor(limbs[i] / 16777216);
        limbs[i] -= carry * 16777216;
        limbs[i + 1] += carry;
    }
    const int unit = e - 24 * (start + 10);
    int whole = 0;
    double fraction = 0;
    double fraction_low = 0;
    for (int i = 13; i >= 0; i--) {
        const int exponent = 24 * i + unit;
        if (exponent >= 2 || limbs[i] == 0) {
            continue;
        }
        const double scaled = limbs[i] * ldexp(1.0, exponent);
        const double value = scaled - 4 * floor(scaled / 4);
        const double integer = floor(value);
        whole += (int)integer;
        const double part = value - integer;
        const double sum = fraction + part;
        fraction_low += two_sum_error(fraction, part, sum);
        fraction = sum;
    }
    if (fraction >= 1) {
        fraction -= 1;
        whole++;
    }
    if (fraction > 0.5) {
        fraction -= 1;
        whole++;
    }
    const double total = fraction + fraction_low;
    const double total_low = two_sum_error(fraction, fraction_low, total);
    rest[0] = total * 1.5707963267948966;
    rest[1] = product_error(total, 1.5707963267948966, rest[0]) + total * 6.123233995736766e-17 +
        total_low * 1.5707963267948966;
    return whole & 3;
}

static int reduce_angle(double x, double *rest) {
    const double a = fabs(x);
    if (a <= 0.7853981633974483) {
        rest[0] = x;
        rest[1] = 0;
        return 0;
    }
    if (a < 1000000) {
        const int q = (int)floor(x * 0.6366197723675814 + 0.5);
        const double first = x - q * 1.5707963267341256;
        const double product2 = q * 6.077100506303966e-11;
        const double second = first - product2;
        const double lost2 = two_sum_error(first, -product2, second);
        const double product3 = q * 2.0222662487111665e-21;
        const double tail = lost2 - product3;
        const double lost3 = two_sum_error(lost2, -product3, tail);
        rest[0] = second + tail;
        rest[1] = two_sum_error(second, tail, rest[0]) + (lost3 - q * 8.4784276603689e-32);
        return q & 3;
    }
    const int quadrant = reduce_large(a, rest);
    if (x < 0) {
        rest[0] = -rest[0];
        rest[1] = -rest[1];
        return -quadrant & 3;
    }
    return quadrant;
}

static double sin_series(double r, double low) {
    const double z = r * r;
    const double series = -1.0 / 6 + z * (1.0 / 120 + z * (-1.0 / 5040 + z * (1.0 / 362880 +
        z * (-1.0 / 39916800 + z * (1.0 / 6227020800.0 + z * (-1.0 / 1307674368000.0 +
        z / 355687428096000.0))))));
    return r + (r * z * series + low * (1 - 0.5 * z));
}

static double cos_series(double r, double low) {
    const double z = r * r;
    const double series = 1.0 / 24 + z * (-1.0 / 720 + z * (1.0 / 40320 + z * (-1.0 / 3628800 +
        z * (1.0 / 479001600 + z * (-1.0 / 87178291200.0 + z * (1.0 / 20922789888000.0 -
        z / 6402373705728000.0))))));
    const double half = 0.5 * z;
    const double w = 1 - half;
    return w + (1 - w - half + (z * z * series - r * low));
}

static double exact_sin(double x) {
    if (x - x != 0) {
        return NAN;
    }
    if (x < 1e-9 && x > -1e-9) {
        return x;
    }
    double rest[2];
    const int quadrant = reduce_angle(x, rest);
    const double y = (quadrant & 1) == 0 ? sin_series(rest[0], rest[1]) : cos_series(rest[0], rest[1]);
    return quadrant >= 2 ? -y : y;
}

static double exact_cos(double x) {
    if (x - x != 0) {
        return NAN;
    }
    double rest[2];
    const int quadrant = reduce_angle(x, rest);
    const double y = (quadrant & 1) == 0 ? cos_series(rest[0], rest[1]) : sin_series(rest[0], rest[1]);
    return quadrant == 1 || quadrant == 2 ? -y : y;
}

static const double erf_inner[13] = {
    5.957176147748911e-11, -1.1372848856791674e-9, 1.4659775274047436e-8, -1.6350312701054695e-7,
    1.6461000484121368e-6, -1.4925595266831182e-5, 0.0001205533111164271, -0.000854832698083379,
    0.0052239776248180145, -0.026866170645076792, 0.11283791670954879, -0.3761263890318375,
    0.1283791670955126
};

static const double erf_outer[16] = {
    0.009282412344797009, 0.06201195128596823, -0.06113567770824167, -0.03302525422342043,
    0.08543856931766623, -0.011527286931286601, -0.09411671387651034, 0.05316037253678355,
    0.11290575498789118, -0.09646382806195371, -0.20120487072481427, 0.11313139167452829,
    0.614448146762373, 0.8730283721094455, 0.7624103866942095, 0.2150151372496481
};

static double polynomial(const double *coefficients, int n, double x) {
    double sum = coefficients[0];
    for (int i = 1; i < n; i++) {
        sum = sum * x + coefficients[i];
    }
    return sum;
}

static double exact_erf(double x) {
    if (isnan(x)) {
        return x;
    }
    const double a = fabs(x);
    if (a < 1) {
        return x + x * polynomial(erf_inner, 13, x * x);
    }
    const double y = a > 6 ? 1 : 1 - exact_exp(-a * a) * polynomial(erf_outer, 16, 2 / (2 + a) - 0.45);
    return x < 0 ? -y : y;
}

static double sigmoid(double x) {
    if (x >= 0) {
        return 1 / (1 + exact_exp(-x));
    }
    const double e = exact_exp(x);
    return e / (1 + e);
}

static double log_sigmoid(double x) {
    return (x > 0 ? 0 : x) - exact_log1p(exact_exp(-fabs(x)));
}

/* Comparisons are such that a NaN stays one. */
static double clip(double x, double low, double high) {
    const double y = x <= low ? low : x;
    return y >= high ? high : y;
}

static double gelu(double x) {
    return x * (0.5 * (1 + exact_erf(x * 0.7071067811865476)));
}

static double gelu_tanh(double x) {
    if (fabs(x) > 30) {
        return x > 0 ? x : 0;
    }
    return 0.5 * x * (1 + exact_tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)));
}

static double mish(double x) {
    const double e = exact_exp(-fabs(x));
    if (x > 0) {
        return x * ((1 + 2 * e) / (1 + 2 * e + 2 * e * e));
    }
    return x * ((e * (e + 2)) / (e * (e + 2) + 2));
}

static double softplus(double x) {
    return (x <= 0 ? 0 : x) + exact_log1p(exact_exp(-fabs(x)));
}

static double squareplus(double x, double b) {
    const double root = fabs(x) > 1e150 ? fabs(x) : sqrt(x * x + b);
    return x < 0 ? b / (2 * (root - x)) : x / 2 + root / 2;
}

static double soft_shrink(double x, double threshold) {
    if (fabs(x) <= threshold) {
        return 0;
    }
    return x > 0 ? x - threshold : x + threshold;
}

static double sign(double x) {
    return x > 0 ? 1 : x < 0 ? -1 : x;
}

static double minimum(double u, double v) {
    return u < v || isnan(u) ? u : v;
}

static double maximum(double u, double v) {
    return u > v || isnan(u) ? u : v;
}

static void softmax(const float *z, float *a, int n, int positions) {
    for (int p = 0; p < positions; p++) {
        double top = z[p];
        for (int i = 1; i < n; i++) {
            top = z[i * positions + p] > top ? z[i * positions + p] : top;
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += exact_exp(z[i * positions + p] - top);
        }
        for (int i = 0; i < n; i++) {
            a[i * positions + p] = exact_exp(z[i * positions + p] - top) / sum;
        }
    }
}

static void softmin(const float *z, float *a, int n, int positions) {
    for (int p = 0; p < positions; p++) {
        double bottom = z[p];
        for (int i = 1; i < n; i++) {
            bottom = z[i * positions + p] < bottom ? z[i * positions + p] : bottom;
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += exact_exp(bottom - z[i * positions + p]);
        }
        for (int i = 0; i < n; i++) {
            a[i * positions + p] = exact_exp(bottom - z[i * positions + p]) / sum;
        }
    }
}

static void log_softmax(const float *z, float *a, int n, int positions) {
    for (int p = 0; p < positions; p++) {
        double top = z[p];
        for (int i = 1; i < n; i++) {
            top = z[i * positions + p] > top ? z[i * positions + p] : top;
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += exact_exp(z[i * positions + p] - top);
        }
        const double shift = exact_log(sum);
        for (int i = 0; i < n; i++) {
            a[i * positions + p] = z[i * positions + p] - top - shift;
        }
    }
}

static void sparsemax(const float *z, float *a, int n, int positions) {
    for (int p = 0; p < positions; p++) {
        double top = z[p];
        for (int i = 1; i < n; i++) {
            top = z[i * positions + p] > top ? z[i * positions + p] : top;
        }
        double threshold = -INFINITY;
        int support = -1;
        for (;;) {
            double sum = 0;
            int count = 0;
            for (int i = 0; i < n; i++) {
                if (z[i * positions + p] - top > threshold) {
                    sum += z[i * positions + p] - top;
                    count++;
                }
            }
            if (count == support || count == 0) {
                break;
            }
            support = count;
            threshold = (sum - 1) / count;
        }
        for (int i = 0; i < n; i++) {
            const double y = z[i * positions + p] - top - threshold;
            a[i * positions + p] = y <= 0 ? 0 : y;
        }
    }
}

static int month_of(double days) {
    const double since = floor(days) + 719468;
    const double in_cycle = since - floor(since / 146097) * 146097;
    const double leaps = floor(in_cycle / 1460) - floor(in_cycle / 36524) + floor(in_cycle / 146096);
    const double years = floor((in_cycle - leaps) / 365);
    const double in_year = in_cycle - (365 * years + floor(years / 4) - floor(years / 100));
    const int months = (int)floor((5 * in_year + 2) / 153);
    return months < 10 ? months + 2 : months - 10;
}

static int weekday_of(double days) {
    const double since = floor(days) + 3;
    return (int)(since - 7 * floor(since / 7));
}
