package io.github.palimpsest.report;

import static j2html.TagCreator.button;
import static j2html.TagCreator.caption;
import static j2html.TagCreator.div;
import static j2html.TagCreator.span;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tag;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import j2html.tags.DomContent;
import j2html.tags.specialized.TableTag;
import j2html.tags.specialized.TrTag;
import java.util.ArrayList;
import java.util.List;

/** A table with a caption and a header; the first column names each row. */
final class HtmlTable {
  /** A sortable table shows at most this many rows at once; the browser lays out no others. */
  static final int PAGE = 200;

  private final String caption;
  private final List<Column> columns = new ArrayList<>();
  private final List<List<Cell>> rows = new ArrayList<>();
  private String sortable = "";

  HtmlTable(String caption) {
    this.caption = caption;
  }

  /**
   * A column.
   *
   * @param unit of its numbers, with the direction of the better ones; empty if it has none
   */
  private record Column(String name, boolean number, String unit) {}

  /**
   * A cell.
   *
   * @param content its content
   * @param value the sort key; empty for its text
   */
  record Cell(DomContent content, String value) {
    static Cell of(String text) {
      return new Cell(j2html.TagCreator.text(text), "");
    }

    /** A number with its own format, sorted by its value. */
    static Cell of(String text, double value) {
      return new Cell(
          j2html.TagCreator.text(text), Double.isFinite(value) ? Double.toString(value) : "NaN");
    }
  }

  HtmlTable text(String... names) {
    for (String name : names) {
      columns.add(new Column(name, false, ""));
    }
    return this;
  }

  HtmlTable numbers(String... names) {
    for (String name : names) {
      columns.add(new Column(name, true, ""));
    }
    return this;
  }

  /** A column of numbers with their unit, and the direction of the better ones. */
  HtmlTable measured(String name, String unit) {
    columns.add(new Column(name, true, unit));
    return this;
  }

  HtmlTable row(List<Cell> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(
          cells.size() + " cells in a table of " + columns.size() + " columns: " + caption);
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  HtmlTable row(String... texts) {
    return row(java.util.Arrays.stream(texts).map(Cell::of).toList());
  }

  /** Lets readers sort it by each column. */
  HtmlTable sortable(String id) {
    sortable = id;
    return this;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The table in a frame that scrolls separately and can be reached by the keyboard. */
  DomContent html() {
    return div(element())
        .withClass(rows.size() > 20 ? "scroll tall" : "scroll")
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("aria-label", caption);
  }

  TableTag element() {
    TrTag head = tr();
    for (Column c : columns) {
      DomContent name =
          sortable.isEmpty()
              ? j2html.TagCreator.text(c.name())
              : button(c.name()).attr("type", "button");
      var header = th(name).attr("scope", "col").withCondClass(c.number(), "n");
      head.with(c.unit().isEmpty() ? header : header.with(span(c.unit()).withClass("unit")));
    }
    List<TrTag> body = rows.stream().map(this::line).toList();
    List<TrTag> first = sortable.isEmpty() ? body : body.subList(0, Math.min(PAGE, body.size()));
    TableTag table =
        table(caption(caption), thead(head), tbody().with(first.toArray(DomContent[]::new)));
    if (sortable.isEmpty()) {
      return table;
    }
    table.withId(sortable).attr("data-sortable", "").attr("data-page", "" + PAGE);
    List<TrTag> others = body.subList(first.size(), body.size());
    return others.isEmpty()
        ? table
        : table.with(
            tag("template").withId(sortable + "-more").with(others.toArray(DomContent[]::new)));
  }

  private TrTag line(List<Cell> cells) {
    TrTag row = tr();
    for (int i = 0; i < cells.size(); i++) {
      Cell c = cells.get(i);
      if (i == 0) {
        row.with(th(c.content()).attr("scope", "row"));
      } else {
        var cell = td(c.content()).withCondClass(columns.get(i).number(), "n");
        row.with(c.value().isEmpty() ? cell : cell.attr("data-value", c.value()));
      }
    }
    return row;
  }
}
