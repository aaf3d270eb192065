package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.discovery.Plugins;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code list} and {@code describe} tell people and programs. */
@Tag("native")
class CatalogueCommandTest {
  @Test
  void list_gives_an_array_of_objects_with_all_that_a_program_needs() throws IOException {
    JsonNode list = CommandTest.json(Command.run("list", "--json"));
    assertThat(list.isArray()).isTrue();
    List<String> ids = new ArrayList<>();
    for (JsonNode c : list) {
      ids.add(c.path("id").asText());
      for (String key : List.of("id", "kind", "summary", "plugin", "version", "jar")) {
        assertThat(c.path(key).asText()).as("%s of %s", key, c).isNotEmpty();
      }
      assertThat(c.path("passes").isNumber()).as("passes of %s", c).isTrue();
      String kind = c.path("kind").asText();
      if (!kind.equals("metric") && !kind.equals("probe")) {
        assertThat(c.path("references")).as("sources of %s", c).isNotEmpty();
      }
      if (c.path("id").asText().equals("sam")) {
        assertThat(c.path("passes").asDouble()).as("one ascent, one descent").isEqualTo(2);
      }
    }
    assertThat(ids).contains("adamw", "sam", "ewc", "lora", "replay", "wise-ft", "forgetting");
    assertThat(CommandTest.json(Command.run("list", "--kind", "merger", "--json")))
        .allSatisfy(c -> assertThat(c.path("kind").asText()).isEqualTo("merger"));
  }

  @Test
  void describe_says_how_many_passes_a_probe_needs() throws IOException {
    assertThat(Command.run("describe", "hessian-top").ok().out())
        .as("a start and 100 iterations, two gradients each, three passes a gradient")
        .contains("Cost: up to " + (1 + 100) * 2 * 3 + " forward passes")
        .doesNotContain("passes per step");
    JsonNode landscape = CommandTest.json(Command.run("describe", "loss-landscape", "--json"));
    assertThat(landscape.at("/cost/forward_passes").asInt()).isEqualTo(21 * 21);
  }

  @Test
  void schedules_are_shown_as_a_recipe_has_them() {
    for (String id : List.of("adamw", "sam", "weight-decay")) {
      List<String> shown =
          Pattern.compile("[a-z-]+=(constant|linear|cosine)\\([^)]*\\)")
              .matcher(Command.run("describe", id).ok().out())
              .results()
              .map(MatchResult::group)
              .toList();
      assertThat(shown).as("schedules of %s", id).hasSize(3);
      for (String setting : shown) {
        String recipe = id + "(" + setting + ")";
        assertThat(Plugins.onClassPath().recipe(recipe).toString())
            .as("copied")
            .contains(setting.substring(0, setting.indexOf('(')));
      }
    }
  }

  @Test
  void list_shows_cost_certificate_and_source_of_each_technique() {
    List<String> lines = Command.run("list").ok().out().lines().toList();
    assertThat(lines.stream().filter(l -> l.contains(" optimizer ")))
        .hasSizeGreaterThanOrEqualTo(12)
        .allMatch(l -> l.matches(".*\\[.*\\d\\d\\d\\d.*\\].*"));
    assertThat(
            lines.stream().filter(l -> l.matches(".* (adapter|regularizer|rehearsal|merger) .*")))
        .hasSizeGreaterThanOrEqualTo(18)
        .allMatch(l -> l.matches(".*\\[.*\\d\\d\\d\\d.*\\].*"));
    assertThat(lines)
        .filteredOn(l -> l.startsWith("sam "))
        .singleElement()
        .asString()
        .matches(
            "sam +optimizer +2 +2 +(un)?c[a-z]+ +Sharp.* \\[Foret, .* 2021, arXiv:2010.01412\\]"
                + " .*");
    assertThat(lines)
        .filteredOn(l -> l.startsWith("llama "))
        .as("what takes no part in training has no cost")
        .singleElement()
        .asString()
        .matches("llama +family +- +- .*");
    assertThat(ListCommand.shortened("Nobody, in no year")).isEqualTo("Nobody, in no year");
  }

  @Test
  void describe_prints_equation_settings_cost_and_source() throws IOException {
    assertThat(Command.run("describe", "sam").ok().out())
        .contains("rho=0.05", "e = rho g / |g|", "2 passes per step", "arXiv:2010.01412");
    JsonNode described = CommandTest.json(Command.run("describe", "ewc", "--json"));
    assertThat(described.path("kind").asText()).isEqualTo("regularizer");
    assertThat(described.path("settings").findValuesAsText("key")).contains("lambda");
  }

  @Test
  void describe_shows_the_given_value_of_a_setting_with_its_default() throws IOException {
    assertThat(Command.run("describe", "adamw").ok().out()).contains("\n  lr=0.001  ");
    Command described = Command.run("describe", "adamw(lr=0.5)").ok();
    assertThat(described.out()).contains("\n  lr=0.5  ", "\n      default: 0.001; ");
    JsonNode setting =
        CommandTest.json(Command.run("describe", "adamw(lr=0.5)", "--json")).at("/settings/0");
    assertThat(setting.path("key").asText()).isEqualTo("lr");
    assertThat(setting.path("default").asText()).isEqualTo("0.001");
    assertThat(setting.path("value").asText()).isEqualTo("0.5");
  }

  @Test
  void describe_says_what_a_technique_needs_and_how_it_differs_from_its_paper() throws IOException {
    assertThat(Command.run("describe", "ties").ok().out())
        .contains("Needs: the weights after each task", "Differs from the paper: ");
    assertThat(Command.run("describe", "corpus-replay").ok().out())
        .contains("Needs: examples of the model's pretraining data");
    JsonNode lwf = CommandTest.json(Command.run("describe", "lwf", "--json"));
    assertThat(lwf.path("needs")).isEmpty();
    assertThat(lwf.path("notes").toString()).contains("T^2", "(class-incremental.md)");
  }
}
