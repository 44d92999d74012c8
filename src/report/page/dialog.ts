/** The dialog that says where a figure comes from, and the way there by keyboard. */

import { DIALOG_ID } from './origins.ts';

/** Opens the dialog for presses inside `article`; the focus goes back to the figure when it closes. */
export function listenForOrigins(article: HTMLElement, textOf: (path: string) => string): void {
  const dialog = document.getElementById(DIALOG_ID) as HTMLDialogElement | null;
  if (dialog === null) return;
  article.addEventListener('click', (event) => {
    const figure = (event.target as Element).closest<HTMLElement>('[data-path]');
    const path = figure?.dataset.path;
    const text = dialog.querySelector('.origin');
    if (path === undefined || text === null) return;
    text.innerHTML = textOf(path);
    dialog.showModal();
    // The ranges may have been drawn anew meanwhile: the browser can't give the focus back to a figure that was replaced.
    const back = () => {
      if (figure?.isConnected === false) article.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`)?.focus();
    };
    dialog.addEventListener('close', back, { once: true });
  });
  article.addEventListener('keydown', walk);
}

export function listenForClose(): void {
  const dialog = document.getElementById(DIALOG_ID) as HTMLDialogElement | null;
  dialog?.querySelector('.close')?.addEventListener('click', () => dialog.close());
  // A press beside it closes it, too.
  dialog?.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
const GROUPS = 'table, ul, dl';

/** Of the figures of a table or a list only one is in the order of the tab key; arrow keys move among them. */
export function groupFigures(place: ParentNode): void {
  for (const group of place.querySelectorAll(GROUPS)) {
    group.querySelectorAll<HTMLElement>('[data-path]').forEach((figure, at) => {
      figure.tabIndex = at === 0 ? 0 : -1;
    });
  }
}

function walk(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  const step = STEPS[event.key];
  const group = target.closest(GROUPS);
  if (step === undefined || group === null || target.dataset.path === undefined) return;
  const figures = [...group.querySelectorAll<HTMLElement>('[data-path]')];
  const next = figures[figures.indexOf(target) + step];
  if (next === undefined) return;
  event.preventDefault();
  target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
