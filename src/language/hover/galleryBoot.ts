/** The content of the Activation Gallery in one language. */

import { activations, defaultsOf, familyOf } from '../../spec/catalogue';
import { families } from '../../spec/catalogue/activations';
import { plotsOf } from '../../spec/catalogue/curves';
import type { Formulas, GalleryBoot, GalleryEntry, GalleryFact } from '../../spec/catalogue/gallery';
import { numpyLine } from '../../spec/catalogue/numpy';
import { properties, propertiesOf } from '../../spec/catalogue/properties';
import { textOf } from '../../spec/catalogue/texts';
import { labels } from '../../spec/catalogue/texts/labels';
import type { ActivationEntry, Language, ParameterValues } from '../../spec/catalogue/types';
import { showValue } from '../text/showValue';
import { plotCaption, plotDescription } from './activationHover';

/** Example values for required parameters. */
const examples: Readonly<Record<string, ParameterValues>> = { threshold: { threshold: 1, value: 0 } };

export function galleryBoot(language: Language, formulas: Formulas = {}, focus?: string): GalleryBoot {
  const words = labels[language];
  return {
    language,
    ...(focus ? { focus } : {}),
    families: families.map((key) => ({ key, label: words.families[key] })),
    properties: properties.map((key) => ({ key, label: words.properties[key] })),
    entries: activations.map((entry) => galleryEntry(entry, language, formulas)),
    words: words.page,
  };
}

function galleryEntry(entry: ActivationEntry, language: Language, formulas: Formulas): GalleryEntry {
  const words = labels[language];
  const text = textOf('activation', entry.name, language);
  const values = examples[entry.name] ?? defaultsOf(entry);
  const pictures = formulas[`activation/${entry.name}`];
  const fact = (title: string, body: string | undefined, code = false): readonly GalleryFact[] =>
    body ? [code ? { title, text: body, code } : { title, text: body }] : [];
  return {
    name: entry.name,
    aliases: entry.aliases,
    family: familyOf(entry),
    properties: propertiesOf(entry, values),
    summary: text?.summary ?? '',
    plots: plotsOf(entry, values).map((item) => ({
      plot: item.plot,
      description: plotDescription(entry, item, language),
      ...(item.view === 'function' ? {} : { caption: plotCaption(item, language) }),
    })),
    ...(pictures ? { formula: pictures.formula, derivative: pictures.derivative } : {}),
    formulaText: entry.formula,
    derivativeText: entry.derivative ?? '',
    facts: [
      ...fact(words.range, entry.range, true),
      ...fact(words.use, text?.use),
      ...fact(words.gradient, text?.gradient),
      ...fact(words.differs, text?.differs),
      ...fact(words.history, text?.history),
      ...fact('NumPy', numpyLine(entry, values), true),
      ...fact('PyTorch', entry.pytorch, true),
      ...fact('Keras', entry.keras, true),
    ],
    parameters: entry.parameters.map((parameter) => ({
      name: parameter.name,
      value: parameter.default === undefined ? '' : showValue(parameter.default),
      meaning: text?.parameters?.[parameter.name] ?? '',
    })),
  };
}
