// Draws the charts from the page's data. No network, no state.
'use strict';
(function () {
  const data = JSON.parse(document.getElementById('data').textContent);
  const root = document.documentElement;
  const drawn = new Map();
  const symbols = ['circle', 'rect', 'triangle', 'diamond',
    'path://M0,-10L3,-3L10,0L3,3L0,10L-3,3L-10,0L-3,-3Z', 'path://M-4,-10h8v6h6v8h-6v6h-8v-6h-6v-8h6Z',
    'path://M-10,-8L10,-8L0,10Z', 'roundRect'];
  const dashes = ['solid', 'dashed', 'dotted', [8, 3, 2, 3]];

  const css = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const palette = () => [1, 2, 3, 4, 5, 6, 7, 8].map((i) => css('--c' + i));
  const number = (v) => (v === null || v === undefined || Number.isNaN(v) ? '–'
    : Math.abs(v) >= 1000 ? Math.round(v).toLocaleString('en-GB') : v.toPrecision(3));
  const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => '&#' + c.charCodeAt(0) + ';');
  const short = (text, most) => (text.length > most ? text.slice(0, most - 1) + '…' : text);

  function base() {
    const ink = css('--ink');
    return {
      animation: false,
      color: palette(),
      textStyle: { color: ink, fontFamily: getComputedStyle(document.body).fontFamily },
      tooltip: { confine: true, backgroundColor: css('--paper'), borderColor: css('--line'),
        textStyle: { color: ink, fontSize: 12 } },
    };
  }

  // a long name goes on in a second line, with its unit
  const named = (name, most) => (name.length > most ? name.replace(/ \((?=[^(]*$)/, '\n(') : name);

  function axis(name, more) {
    return Object.assign({
      name: named(name, more.nameGap ? 40 : 50), nameLocation: 'middle', nameGap: 30,
      nameTextStyle: { color: css('--soft'), lineHeight: 14 },
      axisLabel: { color: css('--soft') },
      axisLine: { lineStyle: { color: css('--soft') } },
      splitLine: { lineStyle: { color: css('--line') } },
    }, more);
  }

  // few names stand one below the other, so that all of them can be read and printed
  function legend(names, more) {
    const few = names.length <= 8;
    const option = Object.assign({ bottom: 0, left: 20, data: names,
      textStyle: { color: css('--ink'), fontSize: 11 }, pageTextStyle: { color: css('--ink') },
      orient: few ? 'vertical' : 'horizontal', type: few ? 'plain' : 'scroll', itemGap: 5 }, more);
    return { option: option, room: few ? 19 * names.length + 8 : 30 };
  }

  // intervals, one a row: claimed ones filled, all others hollow; a mark alone where there is none
  function forest(spec, width) {
    const rows = spec.rows.slice().reverse();
    const bounded = (r) => r.low !== undefined;
    const wide = Math.min(0.45 * width, 26 + 7 * Math.max(...rows.map((r) => r.label.length)));
    return {
      height: 86 + 27 * rows.length,
      option: {
        grid: { left: wide, right: 24, top: 12, bottom: 60 },
        xAxis: axis(spec.x, { type: 'value', splitNumber: 4,
          axisLabel: { color: css('--soft'), hideOverlap: true } }),
        yAxis: { type: 'category', data: rows.map((r) => r.label), axisTick: { show: false },
          axisLine: { show: false },
          axisLabel: { color: css('--ink'), width: wide - 14, overflow: 'truncate' } },
        tooltip: { trigger: 'item', formatter: (p) => {
          const r = rows[p.dataIndex];
          const range = bounded(r) ? '95 % ' + number(r.low) + ' to ' + number(r.high)
            : 'the seeds carry no interval';
          return escaped(r.label) + '<br><b>' + number(r.estimate) + '</b> (' + range + ')';
        } },
        series: [{
          type: 'custom', clip: true,
          data: rows.map((r, i) => [bounded(r) ? r.low : r.estimate,
            bounded(r) ? r.high : r.estimate, r.estimate, i]),
          encode: { x: [0, 1, 2], y: 3 },
          renderItem: (params, api) => {
            const y = api.coord([0, api.value(3)])[1];
            const at = (v) => api.coord([v, 0])[0];
            const clear = rows[params.dataIndex].clear;
            const colour = clear ? css('--c1') : css('--soft');
            const bar = (x) => ({ type: 'line', shape: { x1: x, y1: y - 5, x2: x, y2: y + 5 },
              style: { stroke: colour, lineWidth: 2 } });
            const range = bounded(rows[params.dataIndex]) ? [
              { type: 'line', shape: { x1: at(api.value(0)), y1: y, x2: at(api.value(1)), y2: y },
                style: { stroke: colour, lineWidth: 2 } },
              bar(at(api.value(0))), bar(at(api.value(1))),
            ] : [];
            return { type: 'group', children: range.concat([
              { type: 'circle', shape: { cx: at(api.value(2)), cy: y, r: 5.5 },
                style: { fill: clear ? colour : css('--paper'), stroke: colour, lineWidth: 2 } },
            ]) };
          },
          markLine: { silent: true, symbol: 'none', label: { show: false },
            lineStyle: { color: css('--ink'), type: 'solid', width: 1 }, data: [{ xAxis: 0 }] },
        }],
      },
    };
  }

  // means by level of one axis, a line for each level of the other
  function lines(spec, width) {
    const names = legend(spec.series.map((s) => s.name));
    const letters = Math.max(4, Math.floor((width - 88) / spec.categories.length / 6.5));
    return {
      height: 300 + names.room,
      option: {
        legend: names.option,
        grid: { left: 84, right: 24, top: 16, bottom: 62 + names.room },
        xAxis: axis(spec.x, { type: 'category', data: spec.categories, boundaryGap: true,
          axisLabel: { color: css('--soft'), interval: 0, formatter: (t) => short(t, letters) } }),
        yAxis: axis(spec.y, { type: 'value', scale: true, nameGap: 50, min: spec.min, max: spec.max }),
        tooltip: { trigger: 'axis', valueFormatter: number },
        series: spec.series.map((s, i) => ({
          type: 'line', name: s.name, data: s.values, symbol: symbols[i % 8], symbolSize: 9,
          connectNulls: false,
          lineStyle: { type: dashes[s.dash === undefined ? i % 4 : s.dash], width: 2 },
          itemStyle: s.colour === undefined ? undefined : { color: palette()[s.colour % 8] },
        })),
      },
    };
  }

  function curves(spec) {
    const names = legend(spec.series.map((s) => s.name),
      { selected: Object.fromEntries(spec.series.map((s, i) => [s.name, i < 8])) });
    return {
      height: 380 + names.room,
      option: {
        legend: names.option,
        grid: { left: 92, right: 24, top: 30, bottom: 64 + names.room },
        xAxis: axis(spec.x, { type: 'value', max: spec.end }),
        yAxis: axis(spec.y, { type: spec.log ? 'log' : 'value', nameGap: 58,
          axisLabel: { color: css('--soft'), formatter: number } }),
        tooltip: { trigger: 'axis', valueFormatter: number },
        series: spec.series.map((s, i) => ({
          type: 'line', name: s.name, data: s.points, showSymbol: false, symbol: symbols[i % 8],
          lineStyle: { type: dashes[Math.floor(i / 8) % 4], width: 1.8 },
          markLine: i > 0 ? undefined : { silent: true, symbol: 'none',
            lineStyle: { color: css('--soft'), type: 'dashed' },
            label: { color: css('--soft'), position: 'end', distance: 4, align: 'left',
              formatter: (p) => short(p.name, 20) },
            data: spec.marks.map((m) => ({ name: m.label, xAxis: m.x })) },
        })),
      },
    };
  }

  // forgetting over the loss of the new task: a line for each recipe, a thin one for each seed
  function learnforget(spec) {
    const names = legend(spec.series.map((s) => s.name),
      { selected: Object.fromEntries(spec.series.map((s, i) => [s.name, i < 8])) });
    const colours = palette();
    const seed = (s, i) => (points) => ({
      type: 'line', name: s.name, data: points, showSymbol: false, silent: true, z: 1,
      lineStyle: { color: colours[i % 8], width: 1, opacity: 0.35 }, tooltip: { show: false },
    });
    const mean = (s, i) => ({
      type: 'line', name: s.name, data: s.points, symbol: symbols[i % 8], symbolSize: 8, z: 2,
      itemStyle: { color: colours[i % 8] },
      lineStyle: { color: colours[i % 8], type: dashes[Math.floor(i / 8) % 4], width: 2 },
    });
    return {
      height: 410 + names.room,
      option: {
        legend: names.option,
        grid: { left: 92, right: 30, top: 18, bottom: 64 + names.room },
        xAxis: axis(spec.x, { type: spec.log ? 'log' : 'value', inverse: true,
          min: 'dataMin', max: 'dataMax',
          axisLabel: { color: css('--soft'), formatter: number, hideOverlap: true } }),
        yAxis: axis(spec.y, { type: 'value', scale: true, nameGap: 58,
          axisLine: { show: true, lineStyle: { color: css('--soft') } },
          axisLabel: { color: css('--soft'), formatter: number } }),
        tooltip: { trigger: 'item', formatter: (p) => '<b>' + escaped(p.seriesName) + '</b><br>'
          + 'loss ' + number(p.value[0]) + '<br>' + escaped(spec.y) + ' ' + number(p.value[1]) },
        series: spec.series.flatMap((s, i) => [mean(s, i)].concat(s.seeds.map(seed(s, i)))),
      },
    };
  }

  // a point for each name; filled where it is marked
  function scatter(spec) {
    const most = Math.max(...spec.points.map((p) => p.size || 0), 1e-9);
    const groups = spec.groups || spec.points.map((p) => p.name);
    const few = groups.length <= 8;
    const names = legend(groups);
    const colour = (i) => palette()[i % 8];
    return {
      height: 380 + (few ? names.room : 0),
      option: {
        legend: few ? names.option : { show: false },
        grid: { left: 84, right: 30, top: 18, bottom: 62 + (few ? names.room : 0) },
        xAxis: axis(spec.x, { type: 'value', scale: true,
          axisLabel: { color: css('--soft'), formatter: number, hideOverlap: true } }),
        yAxis: axis(spec.y, { type: 'value', scale: true, nameGap: 54,
          axisLabel: { color: css('--soft'), formatter: number } }),
        tooltip: { trigger: 'item', formatter: (p) => '<b>' + escaped(p.name) + '</b><br>'
          + escaped(spec.x) + ' ' + number(p.value[0]) + '<br>' + escaped(spec.y) + ' '
          + number(p.value[1]) + (p.value[2] ? '<br>' + escaped(spec.size) + ' ' + number(p.value[2]) : '') },
        series: groups.map((g, i) => ({
          type: 'scatter', name: g, symbol: symbols[few ? i % 8 : 0],
          itemStyle: { color: few ? colour(i) : css('--c1') },
          data: spec.points.filter((p) => (spec.groups ? p.group : p.name) === g).map((p) => ({
            name: p.name, value: [p.x, p.y, p.size],
            symbolSize: p.size ? 10 + 20 * Math.sqrt(p.size / most) : 11,
            itemStyle: p.mark === false
              ? { color: css('--paper'), borderColor: few ? colour(i) : css('--c1'), borderWidth: 2.5 }
              : { color: few ? colour(i) : css('--c1'), borderColor: css('--paper'), borderWidth: 1 },
          })),
        })),
      },
    };
  }

  const kinds = { forest: forest, lines: lines, curves: curves, scatter: scatter,
    learnforget: learnforget };

  function draw(element) {
    const spec = data.figures[element.dataset.figure];
    const made = kinds[spec.kind](spec, element.clientWidth);
    element.style.height = made.height + 'px';
    let chart = drawn.get(element);
    if (!chart) {
      chart = echarts.init(element, null, { renderer: 'svg' });
      drawn.set(element, chart);
    }
    const common = base();
    const option = Object.assign({}, common, made.option);
    option.tooltip = Object.assign({}, common.tooltip, made.option.tooltip);
    chart.setOption(option, true);
    // the figure's text alternative says it all; the drawing itself is decoration to a reader
    element.firstElementChild.setAttribute('aria-hidden', 'true');
  }

  const height = (element) => {
    const spec = data.figures[element.dataset.figure];
    element.style.height = kinds[spec.kind](spec, 900).height + 'px';
  };
  const seen = new IntersectionObserver((entries) => entries.forEach((e) => {
    if (e.isIntersecting) { seen.unobserve(e.target); draw(e.target); }
  }), { rootMargin: '400px' });
  const charts = () => Array.from(document.querySelectorAll('.chart'));
  charts().forEach((c) => { height(c); seen.observe(c); });
  const drawAll = () => charts().forEach((c) => { seen.unobserve(c); draw(c); });
  const resize = () => drawn.forEach((c) => c.resize());
  const redraw = () => Array.from(drawn.keys()).forEach(draw);
  window.addEventListener('resize', resize);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);

  // paper has a width of its own, and nobody scrolls on it or opens what is closed
  let opened = [];
  const printed = () => {
    if (root.classList.contains('printing')) { return; }
    root.classList.add('printing');
    opened = Array.from(document.querySelectorAll('details:not([open])'))
      .filter((d) => d.querySelector('.chart, .drawing'));
    opened.forEach((d) => { d.open = true; });
    drawAll();
    resize();
  };
  const shown = () => {
    root.classList.remove('printing');
    opened.forEach((d) => { d.open = false; });
    opened = [];
    redraw();
    resize();
  };
  window.addEventListener('beforeprint', printed);
  window.addEventListener('afterprint', shown);
  matchMedia('print').addEventListener('change', (e) => { if (e.matches) { printed(); } else { shown(); } });

  // a chart of an element that comes after the page was loaded
  const chart = (element, spec) => {
    data.figures[element.dataset.figure] = spec;
    draw(element);
  };
  const remove = (element) => {
    if (drawn.has(element)) { drawn.get(element).dispose(); drawn.delete(element); }
  };
  // a live page has other charts, or the same with other numbers
  const renew = (figures) => {
    data.figures = figures;
    drawn.forEach((old, element) => { if (!element.isConnected) { remove(element); } });
    drawAll();
  };
  window.palimpsest = { data: data, drawAll: drawAll, chart: chart, remove: remove, renew: renew };

  document.querySelectorAll('[data-theme-choice]').forEach((b) => b.addEventListener('click', () => {
    const dark = root.dataset.theme ? root.dataset.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
    redraw();
  }));

  document.querySelectorAll('[data-open-all]').forEach((button) => button.addEventListener('click', () => {
    const all = document.querySelectorAll('#' + button.dataset.openAll + ' > details');
    const open = button.getAttribute('aria-expanded') !== 'true';
    all.forEach((d) => { d.open = open; });
    button.setAttribute('aria-expanded', String(open));
    button.textContent = open ? 'Close all' : 'Open all';
  }));
})();
