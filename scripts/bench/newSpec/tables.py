"""Tables that nobody prepared, and scikit-learn on them as a careful person would use it.

tables.py write FOLDER SEED [NAME…]   writes NAME.train.csv and NAME.holdout.csv; prints what they are, as JSON
tables.py score FOLDER NAME           trains linear models and MLPs; prints their figures on the hold-out file

The generated tables and the division of the others depend on SEED alone.
"""
import csv
import json
import math
import os
import sys
import warnings

import numpy as np

MARK = "nnspec-bench: "
MEDIA = os.path.join(os.path.dirname(__file__), "../../../media/data")
WORDS = ["north", "south", "east", "west", "harbour", "hill", "mill", "lake", "old town", "station"]


def day(number):
    return str(np.datetime64("2021-01-01") + int(number))


def shipped(name):
    with open(f"{MEDIA}/{name}.csv", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    return head, rows


def divided(table, share, random):
    """Header, train rows and hold-out rows, by chance."""
    head, rows = table
    order = random.permutation(len(rows))
    cut = round(share * len(rows))
    return head, [rows[i] for i in sorted(order[cut:])], [rows[i] for i in sorted(order[:cut])]


def table_of(columns):
    """Named columns as rows of text; numbers with five digits, missing ones empty."""
    def text(value):
        if isinstance(value, (float, np.floating)):
            return "" if math.isnan(value) else f"{value:.5g}"
        return str(value)

    return list(columns), [[text(value) for value in row] for row in zip(*columns.values())]


def yes_no(chance, random):
    return np.where(random.random(len(chance)) < chance, "yes", "no")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def diabetes(random):
    from sklearn.datasets import load_diabetes

    data = load_diabetes(scaled=False)
    columns = {name: data.data[:, i] for i, name in enumerate(data.feature_names)}
    return table_of({**columns, "progression": data.target})


def customers(random, n=26_000):
    """1.5 % leave: rare, and hard to foresee."""
    months = random.integers(1, 72, n)
    calls = random.poisson(1.2, n)
    spend = random.lognormal(3.4, 0.6, n)
    plan = random.choice(["basic", "plus", "family"], n, p=[0.5, 0.35, 0.15])
    city = random.choice(WORDS, n)
    age = np.where(random.random(n) < 0.06, np.nan, random.normal(44, 14, n).clip(18, 90).round())
    risk = -5.9 + 0.75 * calls - 0.03 * months + 0.9 * (plan == "basic") + 0.6 * np.isin(city, WORDS[:3])
    risk = risk + 0.5 * np.abs(np.log(spend) - 3.4)
    columns = {"id": np.arange(1, n + 1), "age": age, "months": months, "calls": calls, "spend": spend}
    return table_of({**columns, "plan": plan, "city": city, "churned": yes_no(sigmoid(risk), random)})


def incomes(random, n=4000):
    """Slips of the keyboard: some cells are a thousand times too large."""
    income, debt = random.lognormal(10.4, 0.5, n), random.lognormal(8.5, 0.9, n)
    years, cards = random.integers(0, 40, n), random.poisson(2, n)
    risk = -1.2 + 1.1 * (np.log(debt) - 8.5) - 1.4 * (np.log(income) - 10.4) - 0.04 * years + 0.2 * cards
    for column in (income, debt):
        column[random.random(n) < 0.004] *= 1000
    return table_of({"income": income, "debt": debt, "years": years, "cards": cards, "late": yes_no(sigmoid(risk), random)})


def houses(random, n=3500):
    """Prices up to some 41 million, of which a few are far from what the house explains."""
    area = random.lognormal(4.6, 0.35, n)
    rooms = (area / 28 + random.normal(0, 0.7, n)).clip(1, 12).round()
    built = random.integers(1900, 2024, n)
    place = random.choice(WORDS, n)
    garden = np.where(random.random(n) < 0.15, np.nan, random.lognormal(5, 1, n))
    worth = np.array([0.2, -0.1, 0.1, 0, 0.5, 0.3, -0.2, 0.6, 0.4, -0.3])[[WORDS.index(name) for name in place]]
    log_price = 12.6 + 0.95 * (np.log(area) - 4.6) + 0.003 * (built - 1960) + worth + random.normal(0, 0.22, n)
    castles = random.random(n) < 0.004
    log_price[castles] += random.uniform(1.5, 4, castles.sum())
    price = np.minimum(np.exp(log_price), 41e6).round(-3)
    return table_of({"area": area, "rooms": rooms, "built": built, "place": place, "garden": garden, "price": price.astype(int)})


def patients(random, n=3000):
    """A fifth of the cells are missing."""
    columns = {name: random.normal(0, 1, n) for name in ("pressure", "pulse", "weight", "sugar", "iron", "sodium")}
    columns["ward"] = random.choice(["A", "B", "C", "D"], n).astype(object)
    stay = 6 + 2 * columns["pressure"] + 1.2 * columns["sugar"] * (columns["ward"] == "B") - columns["weight"]
    stay = stay + np.abs(columns["iron"]) + random.normal(0, 1, n)
    for name, column in columns.items():
        column[random.random(n) < 0.2] = "" if name == "ward" else np.nan
    return table_of({**columns, "stay": stay})


def shops(random, n=9000):
    """Two hundred branches, each with its own level."""
    level = random.normal(0, 1, 200)
    branch = random.integers(0, 200, n)
    size, staff = random.lognormal(5, 0.4, n), random.integers(1, 15, n)
    sales = 50 + 12 * level[branch] + 8 * np.log(size) + 2.5 * staff + random.normal(0, 6, n)
    return table_of({"branch": [f"B{b:03}" for b in branch], "size": size, "staff": staff, "sales": sales})


def sensors(random, n=12_000):
    """In order of time; the offsets of the sensors drift, and the last rows are the hold-out."""
    time = np.arange(n)
    load = sigmoid(2 * np.sin(time / 150) + random.normal(0, 1, n))
    wear = time / n
    heat = 40 + 30 * load + 4 * wear + random.normal(0, 2, n)
    noise = 2 + 3 * load**2 + 0.5 * wear + random.normal(0, 0.4, n)
    current = 5 + 6 * load + random.normal(0, 0.5, n)
    pressure = 3 + random.normal(0, 0.3, n) - 0.4 * wear
    fault = sigmoid(-5 + 0.12 * (heat - 60) + 1.3 * (noise - 4) - 2 * (pressure - 3))
    columns = {"hour": [day(t // 24) for t in time], "heat": heat, "noise": noise, "current": current}
    return table_of({**columns, "pressure": pressure, "fault": yes_no(fault, random)})


def demand(random, n=1400):
    """A diary: the trend goes on after the last row that is known."""
    date = np.arange(n)
    warmth = 12 - 11 * np.cos(2 * np.pi * (date - 15) / 365.25) + random.normal(0, 3, n)
    offer = random.random(n) < 0.12
    week = np.array([0, 2, 3, 3, 8, 18, 12])[(date + 4) % 7]
    sold = 120 + 0.03 * date + 1.6 * np.abs(warmth - 15) + 25 * offer + week + random.normal(0, 7, n)
    return table_of({"date": [day(d) for d in date], "warmth": warmth, "offer": np.where(offer, "yes", "no"), "sold": sold})


def few(random, n=2050):
    """Fifty rows to learn from."""
    x = random.normal(0, 1, (n, 5))
    chance = sigmoid(1.6 * x[:, 0] - 1.1 * x[:, 1] + 0.6 * x[:, 2])
    return table_of({**{f"x{i}": x[:, i] for i in range(5)}, "passed": yes_no(chance, random)})


def few_numbers(random, n=2050):
    """Fifty rows and a number."""
    x = random.normal(0, 1, (n, 4))
    dose = 20 + 5 * x[:, 0] - 3 * x[:, 1] + 1.5 * x[:, 2] + random.normal(0, 3, n)
    return table_of({**{f"x{i}": x[:, i] for i in range(4)}, "dose": dose})


def friedman(random, n=3000):
    """Friedman's first function, with five inputs that mean nothing."""
    x = random.random((n, 10))
    y = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
    return table_of({**{f"x{i}": x[:, i] for i in range(10)}, "y": y + random.normal(0, 1, n)})


def flights(random, n=220_000):
    """200,000 rows to learn from."""
    x = random.normal(0, 1, (n, 8))
    carrier = random.choice(WORDS[:6], n)
    bend = np.array([0.5, -0.5, 0, 1, -1, 0.3])[[WORDS.index(name) for name in carrier]]
    score = 0.8 * x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + 0.5 * x[:, 3] ** 2 + bend * x[:, 4] + 0.6 * x[:, 5] - 1.2
    columns = {f"x{i}": x[:, i] for i in range(8)}
    return table_of({**columns, "carrier": carrier, "late": yes_no(sigmoid(score), random)})


# Name: its table, its target, its task, and the share of the hold-out, or "last 0.2" for the last rows.
TABLES = {
    **{name: (lambda random, name=name: shipped(name), target, "classes", 0.33) for name, target in {
        "iris": "species", "penguins": "species", "wine": "class", "breast_cancer": "diagnosis", "digits": "digit",
    }.items()},
    "diabetes": (diabetes, "progression", "number", 0.33),
    "customers": (customers, "churned", "classes", 6000 / 26_000),
    "incomes": (incomes, "late", "classes", 0.25),
    "houses": (houses, "price", "number", 0.3),
    "patients": (patients, "stay", "number", 0.3),
    "shops": (shops, "sales", "number", 0.33),
    "sensors": (sensors, "fault", "classes", "last 0.25"),
    "demand": (demand, "sold", "number", "last 0.15"),
    "few": (few, "passed", "classes", 2000 / 2050),
    "few_numbers": (few_numbers, "dose", "number", 2000 / 2050),
    "friedman": (friedman, "y", "number", 0.33),
    "flights": (flights, "late", "classes", 20_000 / 220_000),
}


def write(folder, seed, names):
    found = []
    for index, (name, (make, target, task, share)) in enumerate(TABLES.items()):
        if names and name not in names:
            continue
        random = np.random.default_rng([seed, index])
        head, rows = make(random)
        if isinstance(share, str):
            cut = round(len(rows) * (1 - float(share.split()[1])))
            train, holdout = rows[:cut], rows[cut:]
        else:
            head, train, holdout = divided((head, rows), share, random)
        for part, lines in (("train", train), ("holdout", holdout)):
            with open(f"{folder}/{name}.{part}.csv", "w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([head, *lines])
        found.append({"name": name, "target": target, "task": task, "rows": len(train)})
    return found


def read(path):
    with open(path, encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    return {name: np.array(cells, dtype=object) for name, cells in zip(head, zip(*rows))}


def inputs_of(train, holdout, target):
    """Both parts as matrices: numbers imputed and standardised, categories one-hot, dates with their cycles.

    Columns with cells far away from all others are clipped."""
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    def numbers(cells):
        return np.array([[float(cell) if cell not in ("", "NA") else np.nan] for cell in cells])

    blocks = ([], [])
    for name in train:
        if name in (target, "id"):
            continue
        parts = (train[name], holdout[name])
        if all(len(cell) == 10 and cell[4] == "-" for cell in train[name][:5]):
            days = [cells.astype("datetime64[D]") for cells in parts]
            parts = [each.astype(int).reshape(-1, 1).astype(float) for each in days]
            for period in (7, 365.25):
                for wave in (np.sin, np.cos):
                    for block, part in zip(blocks, parts):
                        block.append(wave(2 * np.pi * part / period))
        else:
            try:
                parts = [numbers(cells) for cells in parts]
            except ValueError:
                parts = [np.where(np.isin(c, ("", "NA")), "", c).reshape(-1, 1) for c in parts]
                imputer = SimpleImputer(missing_values="", strategy="most_frequent").fit(parts[0])
                parts = [imputer.transform(part) for part in parts]
                encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(parts[0])
                for block, part in zip(blocks, parts):
                    block.append(encoder.transform(part))
                continue
        low, middle, high = np.nanpercentile(parts[0], [25, 50, 75])
        if np.nanmax(np.abs(parts[0] - middle)) > 20 * (high - low) > 0:
            bounds = np.nanpercentile(parts[0], [1, 99])
            parts = [np.clip(part, *bounds) for part in parts]
        imputer = SimpleImputer(strategy="median").fit(parts[0])
        scaler = StandardScaler().fit(imputer.transform(parts[0]))
        for block, part in zip(blocks, parts):
            block.append(scaler.transform(imputer.transform(part)))
    return np.hstack(blocks[0]), np.hstack(blocks[1])


def score(folder, name):
    """The figures of each model: auc and loss, or r2 and mae (mean absolute error)."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.metrics import log_loss, mean_absolute_error, r2_score, roc_auc_score
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.preprocessing import StandardScaler

    _, target, task, _ = TABLES[name]
    train, holdout = read(f"{folder}/{name}.train.csv"), read(f"{folder}/{name}.holdout.csv")
    x, x_out = inputs_of(train, holdout, target)
    y, y_out = train[target], holdout[target]
    # Stopping early needs rows to spare; fewer passes are enough where there are many rows.
    mlp = {"early_stopping": len(y) >= 1000, "random_state": 0, "max_iter": 200 if len(y) < 50_000 else 25}
    if len(y) > 50_000:
        mlp |= {"batch_size": 1000, "learning_rate_init": 0.003, "n_iter_no_change": 4}
    found = {}
    if task == "classes":
        y, y_out = y.astype(str), y_out.astype(str)
        for label, model in (("linear", LogisticRegression(max_iter=2000)), ("MLP", MLPClassifier(**mlp))):
            p = model.fit(x, y).predict_proba(x_out)
            shares = p[:, 1] if p.shape[1] == 2 else p
            found[label] = {
                "auc": roc_auc_score(y_out, shares, multi_class="ovr"),
                "loss": log_loss(y_out, p, labels=model.classes_),
            }
        return found
    y, y_out = y.astype(float), y_out.astype(float)
    targets = {"": {"transformer": StandardScaler()}}
    if y.min() > 0 and y.max() > 100 * y.min():
        targets[" of the logarithm"] = {"func": np.log, "inverse_func": np.exp}
    for words, transform in targets.items():
        for label, model in (("linear", RidgeCV(np.logspace(-3, 3, 13))), ("MLP", MLPRegressor(**mlp))):
            fitted = TransformedTargetRegressor(model, check_inverse=False, **transform).fit(x, y)
            predicted = fitted.predict(x_out)
            found[f"{label}{words}"] = {
                "r2": r2_score(y_out, predicted),
                "mae": mean_absolute_error(y_out, predicted),
            }
    return found


warnings.filterwarnings("ignore")
if sys.argv[1] == "write":
    print(MARK + json.dumps(write(sys.argv[2], int(sys.argv[3]), sys.argv[4:])))
else:
    print(MARK + json.dumps(score(sys.argv[2], sys.argv[3])))
