package io.github.palimpsest.report;

import static j2html.TagCreator.a;
import static j2html.TagCreator.body;
import static j2html.TagCreator.button;
import static j2html.TagCreator.div;
import static j2html.TagCreator.document;
import static j2html.TagCreator.each;
import static j2html.TagCreator.head;
import static j2html.TagCreator.html;
import static j2html.TagCreator.li;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.nav;
import static j2html.TagCreator.ol;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.script;
import static j2html.TagCreator.style;
import static j2html.TagCreator.title;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import j2html.tags.DomContent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One HTML file with everything inside. Its content security policy allows the two scripts in it by
 * their hashes and nothing else: no other script runs, whatever text the page contains, and nothing
 * is loaded, except that a live page receives updates from its own server.
 */
final class Page {
  private static final String ECHARTS = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";

  private Page() {}

  /** The script that a page runs after the charts' own. */
  enum Script {
    /** A file that asks for nothing. */
    REPORT("", "report.js", "tables.js", "comparison.js", "cells.js"),
    /** A page that its server keeps up to date. */
    LIVE("connect-src 'self'; ", "report.js", "tables.js", "live.js");

    private final String allowed;
    private final List<String> files;

    Script(String allowed, String... files) {
      this.allowed = allowed;
      this.files = List.of(files);
    }

    /** The page's own scripts, which are one script element. */
    private String text() {
      return code(files.stream().map(Page::resource).collect(Collectors.joining("\n")));
    }
  }

  /** The content security policy of a page. */
  static String policy(Script script) {
    return "default-src 'none'; "
        + script.allowed
        + "img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
        + " script-src "
        + hash(code(resource(ECHARTS)))
        + " "
        + hash(script.text());
  }

  /**
   * A part of the page.
   *
   * @param id its anchor
   * @param name its name in the contents
   * @param content its content
   */
  record Part(String id, String name, DomContent content) {}

  /** The page of a report. */
  static String of(
      String name, DomContent header, List<Part> parts, DomContent footer, ObjectNode data) {
    return of(Script.REPORT, name, header, parts, footer, data);
  }

  /**
   * The page.
   *
   * @param script what it runs
   * @param name the title
   * @param header the header
   * @param parts the sections
   * @param footer the footer
   * @param data the data for the script
   */
  static String of(
      Script script,
      String name,
      DomContent header,
      List<Part> parts,
      DomContent footer,
      ObjectNode data) {
    String charts = code(resource(ECHARTS));
    String own = script.text();
    return document(
        html(
                head(
                    meta().withCharset("utf-8"),
                    meta()
                        .attr("http-equiv", "Content-Security-Policy")
                        .withContent(policy(script)),
                    meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                    meta().withName("color-scheme").withContent("light dark"),
                    title(name),
                    style(rawHtml(resource("report.css")))),
                body(
                    a("Skip to the results").withHref("#results").withClass("skip"),
                    div(
                            nav(
                                    p("Contents"),
                                    ol(each(parts, s -> li(a(s.name()).withHref("#" + s.id())))),
                                    div(button("Light or dark")
                                            .attr("type", "button")
                                            .withClass("button")
                                            .attr("data-theme-choice", ""))
                                        .withClass("theme"))
                                .withClass("contents")
                                .attr("aria-label", "Contents"),
                            main(
                                    header,
                                    div().withId("cell-view").attr("hidden"),
                                    each(parts, Part::content),
                                    footer)
                                .withId("results"))
                        .withClass("frame"),
                    script(rawHtml(embedded(data))).withType("application/json").withId("data"),
                    script(rawHtml(charts)),
                    script(rawHtml(own))))
            .withLang("en"));
  }

  /**
   * JSON that is safe inside a script element: no character can end the element or begin a comment.
   */
  static String embedded(ObjectNode data) {
    try {
      return new ObjectMapper()
          .writeValueAsString(data)
          .replace("<", "\\u003c")
          .replace(">", "\\u003e")
          .replace("&", "\\u0026")
          .replace("\u2028", "\\u2028")
          .replace("\u2029", "\\u2029");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes always has a text", e);
    }
  }

  private static String code(String script) {
    if (script.toLowerCase(java.util.Locale.ROOT).contains("</script")) {
      throw new IllegalStateException("a script of the page would end itself");
    }
    return script;
  }

  private static String hash(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the JAR lacks " + name);
      }
      // line ends in the form that a browser reads; otherwise the hash of a script would differ
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("\r\n", "\n")
          .replace('\r', '\n');
    } catch (IOException e) {
      throw new IllegalStateException(name + " cannot be read", e);
    }
  }
}
