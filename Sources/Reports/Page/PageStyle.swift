enum PageStyle {
  /// No text of anyone's stands in it.
  static let text = """
    :root {
      --paper: #fff; --ink: #16202c; --quiet: #5b6877; --line: #dde3ea; --faint: #f4f6f9;
      --orders: #2563a8; --amounts: #0f7b6c;
      --complete: #2e8b57; --running: #3b82c4; --started: #9aa7b5; --failed: #c23b3b; --cancelled: #d59a2b;
      --small: .8rem;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --paper: #12171d; --ink: #e8edf3; --quiet: #9dabba; --line: #2c3641; --faint: #1a2129;
        --orders: #6ba8e5; --amounts: #4fc0ae;
        --complete: #58b981; --running: #6ba8e5; --started: #66727f; --failed: #e47070; --cancelled: #e0b458;
      }
    }
    html { font-size: 14px; }
    * { box-sizing: border-box; }
    body {
      margin: 0 auto; padding: 2rem 1.5rem; max-width: 68rem; background: var(--paper); color: var(--ink);
      font: 1rem/1.45 "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif;
    }
    header {
      display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0 2rem;
      border-bottom: 3px solid var(--orders); padding-bottom: .5rem;
    }
    h1 { margin: 0; font-size: 1.9rem; letter-spacing: -.01em; }
    header p { margin: 0; color: var(--quiet); overflow-wrap: anywhere; }
    header strong { color: var(--ink); }
    h2, figcaption { margin: 0 0 .4rem; font-size: .95rem; font-weight: 600; }
    .tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: .75rem; margin: 1.1rem 0; }
    .tiles div { background: var(--faint); border-radius: 6px; padding: .6rem .8rem; min-width: 0; }
    dt { color: var(--quiet); font-size: var(--small); }
    dd { margin: 0; font-size: 1.5rem; font-weight: 600; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
    dd.long { font-size: 1.05rem; line-height: 1.3; padding-block: .4rem; }
    dd.note { font-size: var(--small); font-weight: 400; color: var(--quiet); min-height: 1.45em; }
    .columns { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 1.2rem 2rem; align-items: start; }
    .charts { grid-template-columns: repeat(2, minmax(0, 1fr)); margin-bottom: 1.2rem; }
    figure { margin: 0; }
    figure svg { display: block; width: 100%; height: auto; overflow: visible; }
    svg text { fill: var(--quiet); font-size: 9.5px; font-variant-numeric: tabular-nums; }
    svg .value { text-anchor: end; }
    svg .label { text-anchor: middle; }
    svg .grid { stroke: var(--line); }
    svg .axis { stroke: var(--quiet); }
    .orders { fill: var(--orders); }
    .amounts { fill: var(--amounts); }
    .complete { fill: var(--complete); }
    .running { fill: var(--running); }
    .started { fill: var(--started); }
    .failed { fill: var(--failed); }
    .cancelled { fill: var(--cancelled); }
    .nothing { fill: var(--line); }
    .statuses { display: block; width: 100%; height: 14px; border-radius: 3px; margin-bottom: .3rem; }
    .key { width: .7em; height: .7em; margin-right: .5em; }
    section + section { margin-top: 1.1rem; }
    table { width: 100%; border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
    th, td { padding: .18rem 0 .18rem .6rem; border-bottom: 1px solid var(--line); text-align: right; overflow-wrap: anywhere; }
    th:first-child { padding-left: 0; text-align: left; font-weight: 400; overflow-wrap: normal; }
    thead th, thead th:first-child { color: var(--quiet); font-weight: 400; font-size: var(--small); }
    /* A number takes the room that it needs, and a product what is left: else long amounts would make two sheets of one. */
    td, .products th { white-space: nowrap; }
    .products th:first-child { width: 42%; max-width: 0; overflow: hidden; text-overflow: ellipsis; }
    .products td:nth-child(2) { width: 20%; min-width: 2.5rem; }
    .bar svg { display: block; width: 100%; height: .55em; }
    .none { padding: 1.5rem; background: var(--faint); border-radius: 6px; color: var(--quiet); }
    footer { margin-top: 1.2rem; color: var(--quiet); font-size: var(--small); }
    footer p { margin: 0; }
    @media screen and (max-width: 640px) {
      body { padding: 1.2rem 1rem; }
      .tiles { grid-template-columns: repeat(2, 1fr); }
      .columns { grid-template-columns: minmax(0, 1fr); }
    }
    @media print {
      @page { size: A4; margin: 12mm; }
      /* No text has less than 9 points. */
      :root { color-scheme: light; --small: .86rem; }
      .columns { grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); gap: 1rem 1.4rem; }
      .charts { grid-template-columns: repeat(2, minmax(0, 1fr)); column-gap: 1.5rem; }
      svg text { font-size: 12.8px; }
      th, td { padding-block: .1rem; }
      * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      body { padding: 0; max-width: none; }
      main, header, footer { break-inside: avoid; }
    }
    """
}
