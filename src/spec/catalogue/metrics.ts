/** Metrics: numbers for people, which training does not minimise. */
import { integer } from './parameters';
import type { MetricEntry } from './types';

type Facts = Omit<MetricEntry, 'kind' | 'name' | 'aliases' | 'parameters'> & Partial<Pick<MetricEntry, 'parameters'>>;

export const metrics: readonly MetricEntry[] = [
  metric('accuracy', ['acc', 'binary_accuracy', 'categorical_accuracy', 'sparse_categorical_accuracy'], {
    better: 'higher',
    countsAnswers: true,
    formula: '(1/N)·Σ_n [ŷ_n = t_n], ŷ = softmax ? argmax o : [o>0.5]',
    latex: '\\frac1N\\sum_n[\\hat y_n=t_n]',
    range: '[0, 1]',
    pytorch: '(output.argmax(dim=1) == target).float().mean()',
    keras: 'keras.metrics.CategoricalAccuracy()',
  }),
  metric('top_k_accuracy', ['top_k', 'top_k_categorical_accuracy', 'top5'], {
    better: 'higher',
    formula: '(1/N)·Σ_n [|{j: o_j>o_t ∨ (o_j = o_t ∧ j<t)}|<k]',
    latex: '\\frac1N\\sum_n\\bigl[\\,|\\{j:o_j>o_t\\vee(o_j=o_t\\wedge j<t)\\}|<k\\,\\bigr]',
    range: '[0, 1]',
    parameters: [integer('k', 5, { primary: true, minimum: 1 })],
    keras: 'keras.metrics.TopKCategoricalAccuracy(k=5)',
  }),
  metric('precision', [], {
    better: 'higher',
    countsAnswers: true,
    formula: 'TP/(TP+FP)',
    latex: '\\frac{\\mathrm{TP}}{\\mathrm{TP}+\\mathrm{FP}}',
    range: '[0, 1]',
    keras: 'keras.metrics.Precision()',
  }),
  metric('recall', ['sensitivity'], {
    better: 'higher',
    countsAnswers: true,
    formula: 'TP/(TP+FN)',
    latex: '\\frac{\\mathrm{TP}}{\\mathrm{TP}+\\mathrm{FN}}',
    range: '[0, 1]',
    keras: 'keras.metrics.Recall()',
  }),
  metric('f1', ['f1_score', 'f_score'], {
    better: 'higher',
    countsAnswers: true,
    formula: '2·TP/(2·TP+FP+FN)',
    latex: '\\frac{2\\,\\mathrm{TP}}{2\\,\\mathrm{TP}+\\mathrm{FP}+\\mathrm{FN}}',
    range: '[0, 1]',
    keras: "keras.metrics.F1Score(average='macro')",
  }),
  metric('auc', ['roc_auc', 'auroc'], {
    better: 'higher',
    countsAnswers: true,
    formula: 'P(o⁺>o⁻)+½·P(o⁺ = o⁻)',
    latex: 'P(o^+>o^-)+\\frac12P(o^+=o^-)',
    range: '[0, 1]',
    keras: 'keras.metrics.AUC()',
  }),
  metric('average_precision', ['pr_auc', 'auprc', 'average_precision_score'], {
    better: 'higher',
    countsAnswers: true,
    formula: 'Σ_n (R_n-R_{n-1})·P_n',
    latex: '\\sum_n(R_n-R_{n-1})P_n',
    range: '[0, 1]',
    keras: "keras.metrics.AUC(curve='PR')",
  }),
  metric('mean_squared_error', ['mse'], {
    better: 'lower',
    formula: '(1/N)·Σ (o-t)²',
    latex: '\\frac1N\\sum_n(o_n-t_n)^2',
    range: '[0, ∞)',
    pytorch: 'torch.nn.functional.mse_loss(output, target)',
    keras: 'keras.metrics.MeanSquaredError()',
  }),
  metric('root_mean_squared_error', ['rmse'], {
    better: 'lower',
    formula: '√((1/N)·Σ (o-t)²)',
    latex: '\\sqrt{\\frac1N\\sum_n(o_n-t_n)^2}',
    range: '[0, ∞)',
    pytorch: 'torch.nn.functional.mse_loss(output, target).sqrt()',
    keras: 'keras.metrics.RootMeanSquaredError()',
  }),
  metric('mean_absolute_error', ['mae'], {
    better: 'lower',
    constant: 'median',
    formula: '(1/N)·Σ |o-t|',
    latex: '\\frac1N\\sum_n|o_n-t_n|',
    range: '[0, ∞)',
    pytorch: 'torch.nn.functional.l1_loss(output, target)',
    keras: 'keras.metrics.MeanAbsoluteError()',
  }),
  metric('r2', ['r2_score', 'r_squared'], {
    better: 'higher',
    formula: '1-Σ (t-o)²/Σ (t-t̄)²',
    latex: '1-\\frac{\\sum_n(t_n-o_n)^2}{\\sum_n(t_n-\\bar t)^2}',
    range: '(-∞, 1]',
    keras: 'keras.metrics.R2Score()',
  }),
  metric('matthews', ['mcc', 'matthews_correlation', 'matthews_corrcoef'], {
    better: 'higher',
    countsAnswers: true,
    formula: '(TP·TN-FP·FN)/√((TP+FP)(TP+FN)(TN+FP)(TN+FN))',
    latex:
      '\\frac{\\mathrm{TP}\\cdot\\mathrm{TN}-\\mathrm{FP}\\cdot\\mathrm{FN}}{\\sqrt{(\\mathrm{TP}+\\mathrm{FP})(\\mathrm{TP}+\\mathrm{FN})(\\mathrm{TN}+\\mathrm{FP})(\\mathrm{TN}+\\mathrm{FN})}}',
    range: '[-1, 1]',
  }),
];

function metric(name: string, aliases: readonly string[], facts: Facts): MetricEntry {
  return { kind: 'metric', name, aliases, parameters: [], ...facts };
}

export function findMetric(name: string): MetricEntry | undefined {
  return metrics.find((entry) => entry.name === name);
}

/** Whether a larger value is better: yes for metrics of correct answers, no for losses and errors. */
export function higherIsBetter(tag: string): boolean {
  return findMetric(tag.replace(/^(?:val|test)_/, ''))?.better === 'higher';
}
