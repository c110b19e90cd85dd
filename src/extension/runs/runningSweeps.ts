import * as vscode from 'vscode';
import { type Disposable, toDisposable } from '../../common/disposable';
import { Emitter } from '../../common/emitter';

/** The sweeps that this window trains. Each is ended by its notification, or from elsewhere by its id. */
export class RunningSweeps implements Disposable {
  readonly #sources = new Map<string, vscode.CancellationTokenSource>();
  readonly #changes = new Emitter<void>();
  /** Fires when a sweep begins or is over. */
  readonly onChange = this.#changes.event;

  /** A sweep begins, which `outer` also cancels. The caller disposes of it once it is over. */
  begin(id: string, outer: vscode.CancellationToken): Disposable & { readonly token: vscode.CancellationToken } {
    const source = new vscode.CancellationTokenSource();
    const subscription = outer.onCancellationRequested(() => source.cancel());
    this.#sources.set(id, source);
    this.#changes.fire();
    const over = toDisposable(() => {
      subscription.dispose();
      this.#sources.delete(id);
      this.#changes.fire();
      source.dispose();
    });
    return { token: source.token, dispose: () => over.dispose() };
  }

  has(id: string): boolean {
    return this.#sources.has(id);
  }

  /** Stops the runs that train, and begins no other. */
  stop(id: string): void {
    this.#sources.get(id)?.cancel();
  }

  dispose(): void {
    this.#changes.dispose();
  }
}
