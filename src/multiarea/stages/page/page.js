"use strict";
const panels = JSON.parse(document.getElementById("data").textContent);
const CONFIG = { displaylogo: false, responsive: true, modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] };
const GREY = "#cccccc"; // cells without a value

// The script of the library is compressed: it is text to the browser until it is asked for.
async function loadLibrary() {
  const packed = Uint8Array.from(atob(document.getElementById("library").textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(stream).text();
  document.head.append(script);
}

function press(chosen) {
  for (const one of chosen.parentElement.children) one.setAttribute("aria-pressed", one === chosen);
}

// ---------------------------------------------------------------------------------- matrices

function reordered(lines, order) {
  return lines.map((line) => order.map((n) => line[n]));
}

function matrixTrace(panel, order) {
  const square = panel.rows === null;
  const lines = (values) => (square ? reordered(order.map((n) => values[n]), order) : reordered(values, order));
  const areas = order.map((n) => panel.areas[n]);
  const values = lines(panel.values);
  const trace = {
    type: "heatmap",
    x: areas,
    y: square ? areas : panel.rows,
    text: lines(panel.texts),
    hovertemplate: "%{text}<extra></extra>",
    xgap: square ? 0 : 1,
    ygap: square ? 0 : 1,
  };
  if (square) {
    const limit = Math.max(...values.flat().map(Math.abs)) || 1;
    return { ...trace, z: values, zmin: -limit, zmax: limit, colorscale: panel.colours, hoverongaps: true, colorbar: { title: { text: "r" }, thickness: 14 } };
  }
  const ticks = { tickvals: panel.ticks.map((t) => Math.log10(t[0])), ticktext: panel.ticks.map((t) => t[1]) };
  const logs = values.map((line) => line.map((value) => (value ? Math.log10(value) : null)));
  return { ...trace, z: logs, colorscale: panel.colours, hoverongaps: true, colorbar: { title: { text: "spikes/s" }, thickness: 14, ...ticks } };
}

function showMatrix(element, panel, order) {
  const axis = { type: "category", ticks: "", showgrid: false, zeroline: false, automargin: true, tickfont: { size: 11 } };
  const layout = {
    margin: { l: 50, r: 10, t: 10, b: 50 },
    plot_bgcolor: GREY,
    xaxis: { ...axis, tickangle: -90, dtick: 1, ...(panel.rows ? {} : { constrain: "domain" }) },
    yaxis: { ...axis, autorange: "reversed", dtick: 1, ...(panel.rows ? {} : { scaleanchor: "x", constrain: "domain" }) },
  };
  return Plotly.react(element, [matrixTrace(panel, order)], layout, CONFIG);
}

// -------------------------------------------------------------------------------------- spikes

function showSpikes(element, area, stop) {
  const traces = area.populations.map((one) => ({
    type: "scatter",
    mode: "markers",
    name: one.name,
    x: one.times,
    y: one.rows,
    marker: { color: one.colour, size: 4 },
    hovertemplate: `${one.name}, %{x:.4f} s<extra></extra>`,
  }));
  const layout = {
    margin: { l: 70, r: 10, t: 10, b: 45 },
    hovermode: "closest",
    showlegend: false,
    xaxis: { title: { text: "Time (s)" }, range: [0, stop], zeroline: false },
    yaxis: {
      range: [area.n_rows - 0.5, -0.5],
      showgrid: false,
      zeroline: false,
      tickvals: area.populations.map((one) => one.middle),
      ticktext: area.populations.map((one) => one.name),
    },
  };
  return Plotly.react(element, traces, layout, CONFIG);
}

function fill(panel, element) {
  const plot = element.querySelector(".plot");
  const buttons = [...element.querySelectorAll(".choice button")];
  const show = panel.orders
    ? (button) => showMatrix(plot, panel, panel.orders[button.dataset.order])
    : (button) => showSpikes(plot, panel.areas[button.dataset.area], panel.stop);
  for (const button of buttons) button.onclick = () => (press(button), show(button));
  return show(buttons[0]);
}

async function explore() {
  await loadLibrary();
  const all = [...panels.matrices, { name: "raster", ...panels.raster }];
  for (const panel of all) await fill(panel, document.querySelector(`[data-panel="${panel.name}"]`));
  document.body.dataset.ready = "yes";
}

// ------------------------------------------------------------------------------------ pictures

const dialog = document.getElementById("enlarged");
const figures = [...document.querySelectorAll("figure")];
let shown = 0;

function enlarge(n) {
  shown = (n + figures.length) % figures.length;
  dialog.querySelector("img").src = figures[shown].querySelector("img").src;
  dialog.querySelector("p").innerHTML = figures[shown].querySelector("figcaption").innerHTML;
  if (!dialog.open) dialog.showModal();
}

figures.forEach((figure, n) => (figure.querySelector(".enlarge").onclick = () => enlarge(n)));
dialog.onclick = () => dialog.close();
dialog.onkeydown = (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step) enlarge(shown + step);
};

if ("DecompressionStream" in window) explore();
else document.getElementById("explore").insertAdjacentHTML("beforeend", "<p>These panels need a browser of 2023 or later.</p>");
