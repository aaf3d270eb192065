package io.github.palimpsest.execution.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.SharedInputs;
import io.github.palimpsest.experiment.subject.Formats;
import io.github.palimpsest.experiment.subject.TaskDocuments;
import io.github.palimpsest.llm.text.Exchange;
import io.github.palimpsest.testing.PluginFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A third party's data format in an experiment. */
class DataFormatPluginTest {
  private static final String PLUGIN =
      """
      package acme;

      import io.github.palimpsest.api.Plugin;
      import io.github.palimpsest.api.component.Cost;
      import io.github.palimpsest.api.component.Onset;
      import io.github.palimpsest.api.component.Traits;
      import io.github.palimpsest.api.data.DataFormat;
      import io.github.palimpsest.api.data.DataFormatProvider;
      import io.github.palimpsest.api.data.DataRecord;
      import io.github.palimpsest.api.data.TextExample;
      import java.util.List;

      public final class PairsPlugin implements Plugin {
        record Pairs() implements DataFormat {
          @Override public Gives gives() { return Gives.ANSWERS; }
          @Override public List<String> keys() { return List.of("source", "target"); }
          @Override public String example() { return "{}"; }
          @Override public TextExample read(DataRecord r) {
            if (r.text("source").equals("bug")) {
              throw new IllegalStateException("oh");
            }
            return TextExample.answer(r.text("source") + "ARROW", r.text("target"));
          }
        }

        @Override public String name() { return "acme-pairs"; }

        @Override public List<DataFormatProvider> formats() {
          return List.of(
              DataFormatProvider.of("acme.pairs", "pairs", "target")
                  .traits(Traits.of(Onset.FIRST_TASK, Cost.NONE, "nowhere"))
                  .creates(s -> new Pairs()));
        }
      }
      """;

  @TempDir Path temp;

  @BeforeEach
  void data() throws IOException {
    Files.writeString(
        temp.resolve("pairs.jsonl"),
        "{\"source\": \"a\", \"target\": \"b\"}\n{\"source\": \"c\", \"target\": \"d\"}\n");
    Files.writeString(
        temp.resolve("prompts.jsonl"),
        "{\"prompt\": \"a\", \"response\": \"b\"}\n{\"prompt\": \"c\", \"response\": \"d\"}\n");
  }

  /** A registry with the plugin, whose format puts an arrow between source and target. */
  private PluginRegistry with(String arrow) throws IOException {
    Path folder = Files.createTempDirectory(temp, "plugin");
    Path source = Files.createDirectories(folder.resolve("src/acme")).resolve("PairsPlugin.java");
    Files.writeString(source, PLUGIN.replace("ARROW", arrow));
    Path classes = folder.resolve("classes");
    PluginFiles.compile(List.of(source), classes);
    PluginFiles.serve(classes, "acme.PairsPlugin");
    return Plugins.withJar(PluginFiles.pack(classes, folder.resolve("acme.jar")));
  }

  private Experiment experiment(String rest) {
    String text =
        """
        model: quickstart
        tasks:
          - {name: a, held-out: 1, REST}
        axes: {optimizer: adamw}
        seeds: [1]
        """;
    return ExperimentFile.parse("p.yaml", text.replace("REST", rest), temp, Map.of());
  }

  private SortedMap<String, String> inputs(String rest, PluginRegistry registry) {
    return SharedInputs.of(experiment(rest), registry);
  }

  @Test
  void its_code_is_part_of_what_determines_the_results_of_what_it_reads() throws IOException {
    PluginRegistry one = with(" -> ");
    PluginRegistry other = with(" => ");
    for (String set : List.of("data: pairs.jsonl, format: acme.pairs", "data: pairs.jsonl")) {
      assertThat(inputs(set, one).get("task.1.format-code"))
          .as(set)
          .matches("acme.pairs [0-9a-f]{64}")
          .isEqualTo(inputs(set, one).get("task.1.format-code"))
          .isNotEqualTo(inputs(set, other).get("task.1.format-code"));
    }
    assertThat(inputs("data: prompts.jsonl", one))
        .as("what it does not read is as it is without it")
        .isEqualTo(inputs("data: prompts.jsonl", Plugins.onClassPath()))
        .doesNotContainKey("task.1.format-code");
  }

  @Test
  void its_records_are_read_by_it() throws IOException {
    Experiment e = experiment("data: pairs.jsonl");
    assertThat(
            TaskDocuments.read(e, e.tasks().get(0), Formats.of(with(" -> ")))
                .training()
                .get(0)
                .exchanges())
        .containsAnyOf(new Exchange("a -> ", "b"), new Exchange("c -> ", "d"));
  }

  @Test
  void what_it_throws_names_its_jar_the_file_and_the_line() throws IOException {
    Files.writeString(
        temp.resolve("pairs.jsonl"),
        "{\"source\": \"a\", \"target\": \"b\"}\n{\"source\": \"bug\", \"target\": \"d\"}\n");
    Experiment e = experiment("data: pairs.jsonl, format: acme.pairs");
    Formats formats = Formats.of(with(" -> "));
    assertThatThrownBy(() -> TaskDocuments.read(e, e.tasks().get(0), formats))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("pairs.jsonl:2: read of 'acme.pairs' (plugin acme-pairs, ")
        .hasMessageContaining("acme.jar) failed with IllegalStateException: oh");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          data: x.jsonl, format: acme.pair | p.yaml:3:51: unknown format 'acme.pair'; did you mean 'acme.pairs'?
          data: x.jsonl, format: acme.pairs(a=1) | p.yaml:3:51: unknown setting 'a' of 'acme.pairs'
          data: x.txt, format: text, measure: accuracy | p.yaml:3:5: format 'text' cannot be scored by 'accuracy'
          data: x.csv, measure: accuracy | p.yaml:3:5: format 'auto' cannot be scored by 'accuracy': a format of choices goes with a measure of choices, such as 'accuracy', and no other format does; if the records have 'query', 'choices' and 'gold', add 'format: choices'
          data: x.jsonl, format: choices | p.yaml:3:5: format 'choices' cannot be scored by 'nats-per-token'
          data: x.txt, format: text, measure: exact-match | p.yaml:3:5: format 'text' has no answer
          data: x.txt, format: text, max-new-tokens: 8 | p.yaml:3:5: 'max-new-tokens' has no effect: measure 'nats-per-token' generates nothing
          data: x.jsonl, format: chat, separator: '%' | p.yaml:3:5: 'separator' is for plain text, and format 'chat' reads records
          data: x.jsonl, format: chat, template: plain | p.yaml:3:5: format 'chat' has no 'template'
          """)
  void what_does_not_go_with_a_format_is_refused_before_data_are_read(String set, String message)
      throws IOException {
    PluginRegistry registry = with(" -> ");
    assertThatThrownBy(() -> inputs(set, registry))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(message);
  }
}
