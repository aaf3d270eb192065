package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.items.Item;
import io.github.palimpsest.results.items.SetItems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lost and gained items with names and texts that would break a form, in a folder by hand. */
class LostItemsTest {
  private static final String EVIL = "<b>&\"'| \u001b[31m\u202e\u009b2J";

  /** The text as the terminal shows it. */
  private static final String SHOWN = "<b>&\"'| \\u001b[31m\\u202e\\u009b2J";

  @TempDir Path out;
  private Path items = Path.of("");

  @BeforeEach
  void write() throws IOException {
    FolderLayout layout = new FolderLayout(out);
    ObjectNode plan = Json.object().put("experiment", "by hand");
    plan.putArray("cells")
        .addObject()
        .put("id", "c1")
        .put("label", "sgd")
        .put("recipe", "sgd")
        .put("seed", 1);
    JsonFile.write(layout.plan(), plan);
    ObjectNode result = Json.object().put("format", 1).put("id", "c1").put("label", "sgd");
    result.put("recipe", "sgd").put("seed", 1).put("measure", "accuracy");
    result.put("higher_is_better", true).putArray("tasks").add("a" + EVIL);
    ObjectNode scores = result.putObject("scores");
    scores.putArray("before").add(0.5);
    scores.putArray("after").addArray().add(0.5);
    ArrayNode rows = result.putArray("rows");
    row(rows, "[1, 0]", "[1, 0]").set("weights", Json.tree(List.of(1, 1)));
    row(rows, "[0, 1]", "[0, 1]");
    Files.createDirectories(layout.cell("c1"));
    JsonFile.write(layout.result("c1"), result);
    JsonFile.write(layout.timing("c1"), Json.object());
    items = layout.items("a" + EVIL);
    List<String> choices = List.of("no" + EVIL, "yes" + EVIL);
    new SetItems(
            "a" + EVIL,
            List.of(
                Item.chosen("a" + EVIL + "/0", "f" + EVIL, "one" + EVIL, choices, 1),
                Item.chosen("a" + EVIL + "/1", "f" + EVIL, "two" + EVIL, choices, 1)))
        .writeOnce(layout);
  }

  private static ObjectNode row(ArrayNode rows, String each, String chosen) throws IOException {
    ObjectNode set = rows.addObject().putObject("a" + EVIL).put("value", 0.5);
    set.set("per_example", new ObjectMapper().readTree(each));
    set.set("chosen", new ObjectMapper().readTree(chosen));
    return set;
  }

  private static String escaped(String text) {
    assertThat(text).doesNotContain("\u001b", "\u202e", "\u009b");
    return text;
  }

  private String report(String... options) {
    Object[] command = new Object[options.length + 2];
    command[0] = "report";
    command[1] = out;
    System.arraycopy(options, 0, command, 2, options.length);
    return escaped(Command.run(command).ok().out());
  }

  @Test
  void every_form_of_a_report_escapes_them() throws IOException {
    assertThat(report())
        .contains("sgd, a" + SHOWN + ": lost\n  a" + SHOWN + "/0: one" + SHOWN + "\n")
        .contains("before: yes" + SHOWN + "; after: no" + SHOWN + "; right: yes" + SHOWN);
    JsonNode changed = new ObjectMapper().readTree(report("--json")).path("lost_and_gained").get(0);
    assertThat(changed.path("set").asText()).as("JSON keeps its meaning").isEqualTo("a" + EVIL);
    assertThat(changed.at("/gained_items/0/text").asText()).isEqualTo("two" + EVIL);
    assertThat(changed.path("lost").asInt()).isEqualTo(1);
    assertThat(changed.path("gained").asInt()).isEqualTo(1);
    String html = "&lt;b&gt;&amp;&quot;&#x27;| \\u001b[31m\\u202e\\u009b2J";
    String page = report("--format", "html");
    assertThat(page.substring(page.indexOf("<section id=\"items\""), page.indexOf("<script")))
        .contains("<td>one" + html + "</td>")
        .doesNotContain("<b>");
    assertThat(report("--format", "markdown"))
        .contains("| one&lt;b>&amp;\"'\\| \\u001b\\[31m\\u202e\\u009b2J | ");
    assertThat(report("--format", "latex"))
        .contains("a\\textless{}b\\textgreater{}\\&\"'\\textbar{} \\textbackslash{}u001b{[}31m");
    assertThat(report("--format", "csv", "--table", "items"))
        .contains("sgd,\"a<b>&\"\"'| \\u001b[31m\\u202e\\u009b2J\",2,1,1,1,1.0,1,1.0\n");
    for (String table : List.of("items", "flips")) {
      for (String form : List.of("--table", "--csv", "--json")) {
        String sql = "SELECT * FROM " + table;
        assertThat(escaped(Command.run("query", out, sql, form).ok().out())).contains("\\u202e");
      }
    }
  }

  @Test
  void a_damaged_file_of_items_is_named_and_the_report_goes_on() throws IOException {
    Files.writeString(items, Files.readString(items).replace("one", "One"));
    assertThat(report())
        .contains(items.getFileName().toString(), "is damaged", "Items lost and gained")
        .contains("'palimpsest run' writes them again");
    JsonNode json = new ObjectMapper().readTree(report("--json"));
    assertThat(json.at("/items_missing/0").asText()).contains(items.toString());
    assertThat(json.at("/lost_and_gained/0/lost").asInt()).isEqualTo(1);
    assertThat(Command.run("query", out, "SELECT * FROM items").refusal(ExitCode.FAILED))
        .contains(items.getFileName().toString(), "is damaged");
    assertThat(Command.run("query", out, "SELECT count(*) AS n FROM examples").ok().out())
        .contains("4");
  }
}
