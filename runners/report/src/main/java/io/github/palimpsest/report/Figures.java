package io.github.palimpsest.report;

import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.p;
import static j2html.TagCreator.summary;

import com.fasterxml.jackson.databind.node.ObjectNode;
import j2html.tags.DomContent;

/** The charts of a page: their content is part of the page's data, which its script draws. */
final class Figures {
  private final ObjectNode data;
  private int count;

  Figures(ObjectNode data) {
    this.data = data;
  }

  /**
   * A chart with its text alternative: a sentence that describes it, and its numbers as a table.
   *
   * @param title its title
   * @param alternative a description in words
   * @param spec the drawing for the script
   * @param numbers its numbers as a table
   */
  DomContent chart(String title, String alternative, ObjectNode spec, HtmlTable numbers) {
    String id = "figure-" + ++count;
    data.set(id, spec);
    return figure(
            figcaption(title).withId(id + "-title"),
            p(alternative).withClass("alt").withId(id + "-alt"),
            div()
                .withClass("chart")
                .withId(id)
                .attr("data-figure", id)
                .attr("role", "img")
                .attr("aria-labelledby", id + "-title " + id + "-alt"),
            details(summary("The numbers as a table"), numbers.html()))
        .attr("aria-labelledby", id + "-title");
  }
}
