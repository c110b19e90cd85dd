import * as vscode from 'vscode';

/** The kind of the current theme, to colour pictures: they cannot use the editor's colours. */
export function themeOf(): { readonly dark: boolean; readonly highContrast: boolean } {
  const { kind } = vscode.window.activeColorTheme;
  const { Dark, HighContrast, HighContrastLight } = vscode.ColorThemeKind;
  return {
    dark: kind === Dark || kind === HighContrast,
    highContrast: kind === HighContrast || kind === HighContrastLight,
  };
}
