/** Built-in data sets: generators with their parameters, and the real sets shipped as CSV files. */
import type { ParameterEntry } from './catalogue/types';

interface Source {
  readonly name: string;
  readonly parameters: readonly ParameterEntry[];
  /** All columns, in order; the targets are among them. */
  readonly columns: readonly string[];
  readonly target: readonly string[];
}

/** A set whose rows are computed from the seed. */
export interface GeneratorSource extends Source {
  readonly kind: 'generator';
  /** It is a truth table of four rows: training needs all of them, so the default split is `{ train: 1 }`. */
  readonly truthTable: boolean;
  /** True where the target is a class number (0, 1, …), false where it is a measured value. */
  readonly classes: boolean;
}

/** A real set in `media/data/`. */
export interface ShippedSource extends Source {
  readonly kind: 'shipped';
  readonly file: string;
  readonly rows: number;
  /** Who made and who published it. */
  readonly origin: string;
  readonly licence: string;
  readonly url: string;
}

export type BuiltInSource = GeneratorSource | ShippedSource;

const samples: ParameterEntry = { name: 'samples', type: 'integer', default: 500, minimum: 2, maximum: 1_000_000 };
const noise: ParameterEntry = { name: 'noise', type: 'number', default: 0.1, minimum: 0, maximum: 100 };
const classCount = (count: number): ParameterEntry => ({
  name: 'classes',
  type: 'integer',
  default: count,
  minimum: 2,
  maximum: 10,
});

function generator(
  name: string,
  columns: readonly string[],
  parameters: readonly ParameterEntry[],
  of: { truthTable?: boolean; classes?: boolean } = {},
): GeneratorSource {
  const { truthTable = false, classes = false } = of;
  return { kind: 'generator', name, columns, target: ['y'], parameters, truthTable, classes };
}

const plane = ['x1', 'x2', 'y'];
const scikit = {
  licence: 'CC BY 4.0 (UCI), as packaged by scikit-learn (BSD-3-Clause)',
  kind: 'shipped',
  parameters: [],
} as const;

export const sources: readonly BuiltInSource[] = [
  generator('and', plane, [], { truthTable: true, classes: true }),
  generator('or', plane, [], { truthTable: true, classes: true }),
  generator('xor', plane, [], { truthTable: true, classes: true }),
  generator('circles', plane, [samples, noise, classCount(2)], { classes: true }),
  generator('moons', plane, [samples, noise], { classes: true }),
  generator('gaussians', plane, [samples, noise, classCount(2)], { classes: true }),
  generator('spiral', plane, [samples, noise, classCount(2)], { classes: true }),
  generator('checkerboard', plane, [samples, noise], { classes: true }),
  generator('sine', ['x', 'y'], [samples, noise]),
  generator('plane', plane, [samples, noise]),
  {
    ...scikit,
    name: 'iris',
    file: 'iris.csv',
    rows: 150,
    columns: ['sepal_length', 'sepal_width', 'petal_length', 'petal_width', 'species'],
    target: ['species'],
    origin: 'R. A. Fisher, 1936',
    url: 'https://archive.ics.uci.edu/dataset/53/iris',
  },
  {
    kind: 'shipped',
    parameters: [],
    name: 'penguins',
    file: 'penguins.csv',
    rows: 344,
    columns: ['species', 'island', 'bill_length_mm', 'bill_depth_mm', 'flipper_length_mm', 'body_mass_g', 'sex'],
    target: ['species'],
    origin: 'K. Gorman, Palmer Station LTER, 2014',
    licence: 'CC0',
    url: 'https://allisonhorst.github.io/palmerpenguins/',
  },
  {
    ...scikit,
    name: 'wine',
    file: 'wine.csv',
    rows: 178,
    columns: [
      'alcohol',
      'malic_acid',
      'ash',
      'alcalinity_of_ash',
      'magnesium',
      'total_phenols',
      'flavanoids',
      'nonflavanoid_phenols',
      'proanthocyanins',
      'color_intensity',
      'hue',
      'od280_od315_of_diluted_wines',
      'proline',
      'class',
    ],
    target: ['class'],
    origin: 'M. Forina et al., 1988',
    url: 'https://archive.ics.uci.edu/dataset/109/wine',
  },
  {
    ...scikit,
    name: 'breast_cancer',
    file: 'breast_cancer.csv',
    rows: 569,
    columns: [...['mean', 'error', 'worst'].flatMap(measurements), 'diagnosis'],
    target: ['diagnosis'],
    origin: 'W. Wolberg, O. Mangasarian and W. Street, 1995',
    url: 'https://archive.ics.uci.edu/dataset/17/breast+cancer+wisconsin+diagnostic',
  },
  {
    ...scikit,
    name: 'digits',
    file: 'digits.csv',
    rows: 1797,
    columns: [...Array.from({ length: 64 }, (_, index) => `pixel_${index}`), 'digit'],
    target: ['digit'],
    origin: 'E. Alpaydin and C. Kaynak, 1998',
    url: 'https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits',
  },
];

/** The ten measurements of a cell nucleus: `mean_radius`, `radius_error`, `worst_radius`. */
function measurements(statistic: string): string[] {
  const names = [
    'radius',
    'texture',
    'perimeter',
    'area',
    'smoothness',
    'compactness',
    'concavity',
    'concave_points',
    'symmetry',
    'fractal_dimension',
  ];
  return names.map((name) => (statistic === 'error' ? `${name}_error` : `${statistic}_${name}`));
}

export function findSource(name: string): BuiltInSource | undefined {
  return sources.find((source) => source.name === name);
}
