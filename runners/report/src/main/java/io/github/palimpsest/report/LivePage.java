package io.github.palimpsest.report;

import static j2html.TagCreator.code;
import static j2html.TagCreator.dd;
import static j2html.TagCreator.div;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.each;
import static j2html.TagCreator.footer;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.header;
import static j2html.TagCreator.p;
import static j2html.TagCreator.progress;
import static j2html.TagCreator.section;
import static j2html.TagCreator.span;
import static j2html.TagCreator.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.text.Hours;
import io.github.palimpsest.results.text.Printable;
import j2html.tags.DomContent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A running grid as a web page that is always up to date. The page is complete without a script;
 * with one, it receives {@linkplain #update updates} from the path {@code events} of its server.
 */
public final class LivePage {
  /** The policy of the page, for the header of its answer too. */
  public static final String POLICY = Page.policy(Page.Script.LIVE);

  private final LiveGrid state;
  private final ObjectNode figures = Json.object();

  private LivePage(LiveGrid state) {
    this.state = state;
  }

  /** The page. */
  public static String of(LiveGrid state) {
    LivePage page = new LivePage(state);
    List<Page.Part> parts = page.parts();
    ObjectNode data = Json.object();
    data.set("figures", page.figures);
    return Printable.of(
        Page.of(
            Page.Script.LIVE,
            page.title(),
            page.head(),
            parts,
            footer(
                p(
                    text("Shown by "),
                    code("palimpsest watch --web"),
                    text(" from the files of one output folder; it changes none of them."))),
            data));
  }

  /**
   * What replaces the content of the page: {@code title}, {@code parts} with the HTML of each
   * element by its id, and {@code figures}.
   */
  public static String update(LiveGrid state) {
    LivePage page = new LivePage(state);
    ObjectNode all = Json.object().put("title", page.title());
    ObjectNode parts = all.putObject("parts");
    parts.put("live-head", Printable.of(page.head().render()));
    page.parts().forEach(part -> parts.put(part.id(), Printable.of(part.content().render())));
    all.set("figures", page.figures);
    return all.toString();
  }

  private String title() {
    return state
        .grid()
        .map(
            g -> "%d of %d: %s".formatted(g.status().over(), g.status().cells(), g.status().name()))
        .orElse("Waiting for a grid");
  }

  private DomContent head() {
    if (state.grid().isEmpty()) {
      return header(
              h1("Waiting for a grid"),
              p(text("In "), code(state.folder().toString()), text(". " + state.problem()))
                  .withClass("lead")
                  .attr("role", "status"))
          .withId("live-head");
    }
    LiveGrid.Grid grid = state.grid().get();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("cells done", grid.status().finished() + " of " + grid.status().cells());
    facts.put("failed", "" + grid.status().failed());
    facts.put("open", "" + grid.status().open());
    facts.put("trainings done", grid.status().trained() + " of " + grid.status().stages());
    facts.put("about left", left(grid));
    if (grid.status().strangers() > 0) {
      facts.put("results of earlier plans, not shown", "" + grid.status().strangers());
    }
    return header(
            h1(grid.status().name()),
            p(grid.done() ? "All cells are done." : "This grid is running; the page follows it.")
                .withClass("lead")
                .attr("role", "status"),
            progress()
                .withMax("" + Math.max(1, grid.status().cells()))
                .withValue("" + grid.status().over())
                .attr("aria-label", "cells done or failed")
                .withClass("done"),
            dl(each(facts, (name, value) -> div(dt(name), dd(value)))).withClass("facts"))
        .withId("live-head");
  }

  private static String left(LiveGrid.Grid grid) {
    if (grid.done()) {
      return "0:00:00";
    }
    if (grid.status().secondsLeft() < 0) {
      return Numbers.NONE;
    }
    return Hours.of(Duration.ofSeconds(Math.round(grid.status().secondsLeft())));
  }

  private List<Page.Part> parts() {
    List<Page.Part> parts = new ArrayList<>();
    LiveSections sections = new LiveSections(state.grid(), new Figures(figures));
    add(parts, "workers", "Workers", sections.workers());
    add(parts, "losses", "Losses", sections.losses());
    add(parts, "best", "Best so far", sections.best());
    add(parts, "recipes", "Recipes", sections.recipes());
    add(parts, "failures", "Failures", sections.failures());
    return parts;
  }

  /** A part that has nothing to show says so: an update finds every part of the page. */
  private static void add(List<Page.Part> parts, String id, String name, List<DomContent> content) {
    List<DomContent> all =
        content.isEmpty() ? List.of(p(span("None yet.")).withClass("note")) : content;
    parts.add(
        new Page.Part(
            id,
            name,
            section(h2(name).withId(id + "-title"), each(all.toArray(DomContent[]::new)))
                .withId(id)
                .attr("aria-labelledby", id + "-title")));
  }
}
