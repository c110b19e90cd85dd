/*
 * Measures the float32 operations per second of one core with fourteen independent chains of multiply and add,
 * for vectors of 128, 256 and 512 bits. The compiler splits vectors that are too wide for the processor.
 *   cc -O3 -march=native -ffp-contract=fast peak.c -o peak     (off: without fusing)
 */
#include <stdio.h>
#include <time.h>

#define CHAINS(STEP)                                                  \
  STEP(0) STEP(1) STEP(2) STEP(3) STEP(4) STEP(5) STEP(6) STEP(7)     \
  STEP(8) STEP(9) STEP(10) STEP(11) STEP(12) STEP(13)
enum { chains = 14, steps = 2000000, repeats = 15 };

static volatile float factor = 0.999f, summand = 0.001f;
static volatile float sink;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

/* Each chain starts at another number: the compiler would compute equal chains only once. */
#define DECLARE(i) vector c##i = zero + (float)i;
#define ADVANCE(i) c##i = c##i * a + b;
#define COLLECT(i) total += c##i;

/* Prints the best of several repeats: other work of the machine can only lower a figure. */
#define MEASURE(bits)                                                     \
  static void measure##bits(void) {                                       \
    typedef float vector __attribute__((vector_size(bits / 8)));          \
    const vector zero = {0}, a = zero + factor, b = zero + summand;       \
    double best = 0;                                                      \
    for (int repeat = 0; repeat < repeats; repeat++) {                    \
      CHAINS(DECLARE)                                                     \
      const double start = now();                                         \
      for (long step = 0; step < steps; step++) { CHAINS(ADVANCE) }       \
      const double seconds = now() - start;                               \
      vector total = zero;                                                \
      CHAINS(COLLECT)                                                     \
      sink = total[0];                                                    \
      const double speed = 2.0 * chains * (bits / 32) * steps / seconds;  \
      if (speed > best) best = speed;                                     \
    }                                                                     \
    printf("%d %.1f\n", bits, best / 1e9);                                \
  }

MEASURE(128)
MEASURE(256)
MEASURE(512)

int main(void) {
  measure128();
  measure256();
  measure512();
  return 0;
}
