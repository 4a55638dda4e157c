// Before the first paint, so that nothing is seen that would be taken back: in which colours, and for whom. A file of its
// own, because the page's policy runs no script that stands in it.
const page = document.documentElement;
try {
  const scheme = localStorage.getItem('mantine-color-scheme-value');
  const isDark =
    scheme === 'dark' || (scheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  page.dataset.mantineColorScheme = isDark ? 'dark' : 'light';
  // The sign-in page, which index.html holds, is for nobody who is known here and for nobody who is still being signed out.
  const isKnown = ['field-notes.account', 'field-notes.left'].some(
    (key) => localStorage.getItem(key) !== null,
  );
  if (isKnown || location.hash.includes('view=two-devices')) page.dataset.opening = '';
} catch {
  // Without storage nobody is known, and Mantine falls back to light.
  page.dataset.mantineColorScheme = 'light';
}
// The app hears a button that is pressed before it can.
addEventListener('click', ({ target }) => (window.earlyClick = target.closest('#root button')), {
  once: true,
});
