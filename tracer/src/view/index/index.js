'use strict';
(() => {
  const byId = (id) => document.getElementById(id);
  const field = byId('find'), needs = byId('needs'), buttons = [...document.querySelectorAll('[data-access][aria-pressed]')];
  const rows = [...document.querySelectorAll('#operations tbody tr')];
  const lines = new Map([...document.querySelectorAll('#matrix tbody tr')].map((line) => [line.dataset.operation, line]));
  const texts = rows.map((row) => row.textContent.toLowerCase());
  let access = '';

  function show() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let hits = 0;
    rows.forEach((row, at) => {
      const fits = words.every((word) => texts[at].includes(word)) && (!access || row.dataset.access === access) && (!needs.value || row.dataset.needs.split(' ').includes(needs.value));
      row.hidden = lines.get(row.dataset.operation).hidden = !fits;
      hits += fits;
    });
    byId('found').textContent = hits + ' of ' + rows.length + ' operations';
    buttons.forEach((button) => button.setAttribute('aria-pressed', String(button.dataset.access === access)));
    const parts = new URLSearchParams();
    if (field.value) parts.set('q', field.value);
    if (access) parts.set('access', access);
    if (needs.value) parts.set('needs', needs.value);
    history.replaceState(null, '', '#' + parts.toString());
  }

  function read() {
    const parts = new URLSearchParams(location.hash.slice(1));
    field.value = parts.get('q') || '';
    needs.value = parts.get('needs') || '';
    access = ['reads', 'writes'].includes(parts.get('access')) ? parts.get('access') : '';
    if (needs.selectedIndex < 0) needs.value = '';
    show();
  }

  function theme() {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
  }

  field.addEventListener('input', show);
  needs.addEventListener('change', show);
  buttons.forEach((button) => button.addEventListener('click', () => { access = button.dataset.access; show(); }));
  byId('theme').addEventListener('click', theme);
  document.addEventListener('keydown', (event) => {
    if (event.target.matches('input, select') || event.ctrlKey || event.metaKey || event.altKey) {
      if (event.key === 'Escape' && event.target === field) { field.value = ''; show(); }
    } else if (event.key === '/') { event.preventDefault(); field.focus(); } else if (event.key === 't') theme();
  });
  addEventListener('hashchange', read);
  read();
})();
