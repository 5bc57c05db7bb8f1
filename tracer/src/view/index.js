'use strict';
(() => {
  const field = document.getElementById('find'), found = document.getElementById('found');
  const rows = [...document.querySelectorAll('tbody tr')];
  const find = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let hits = 0;
    rows.forEach((row) => {
      const hay = (row.textContent + ' ' + row.dataset.access).toLowerCase();
      row.hidden = !words.every((word) => hay.includes(word));
      hits += !row.hidden;
    });
    found.textContent = words.length ? hits + ' found' : '';
  };
  field.addEventListener('input', find);
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && event.target !== field) { event.preventDefault(); field.focus(); }
    if (event.key === 'Escape') { field.value = ''; find(); }
  });
})();
