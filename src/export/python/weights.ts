/** Initial weights of a script: the file as it was given, and the lines that read it. */
import { t } from '@vscode/l10n';

export const weightsName = 'weights.safetensors';

export function weightsReader(): string {
  return `def read_weights(path):
    """${t('The tensors of a safetensors file, by name.')}"""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    tensors = {}
    for name, about in json.loads(data[8:start]).items():
        if name != "__metadata__":
            begin, end = about["data_offsets"]
            tensors[name] = np.frombuffer(data[start + begin : start + end], "<f4").reshape(about["shape"]).copy()
    return tensors
`;
}
