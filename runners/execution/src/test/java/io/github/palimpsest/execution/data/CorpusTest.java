package io.github.palimpsest.execution.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Grid;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.SharedInputs;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.subject.LanguageSubject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model was pretrained on, as an experiment file names it. */
class CorpusTest {
  private static final PluginRegistry REGISTRY = Plugins.onClassPath();

  @TempDir Path temp;

  private Experiment experiment(String more, String rehearsals) {
    String text =
        """
        model: quickstart
        tasks: [{name: facts, data: "quickstart:facts"}]
        MORE
        training: {max-length: 24}
        axes: {optimizer: sgd, rehearsal: [REHEARSALS]}
        seeds: [1]
        """
            .replace("MORE", more)
            .replace("REHEARSALS", rehearsals);
    return ExperimentFile.parse("c.yaml", text, temp, Map.of());
  }

  @Test
  void without_one_what_makes_use_of_it_is_excluded_before_anything_runs() {
    Grid grid = Grid.of(experiment("", "none, corpus-replay, flow(base=corpus-replay)"), REGISTRY);
    assertThat(grid.recipes()).hasSize(1);
    assertThat(grid.excluded()).hasSize(2).allMatch(e -> e.rule().equals("corpus"));
    assertThat(grid.excluded().get(1).reason())
        .isEqualTo(
            "'corpus-replay' needs a corpus of pretraining data, and the experiment has"
                + " no 'corpus: {name: NAME, data: FILE}' (rule corpus)");
    assertThat(Grid.of(experiment("", "corpus-replay(ratio=0)"), REGISTRY).excluded()).isEmpty();
    String corpus = "corpus: {name: generic, data: \"quickstart:sorting\"}";
    assertThat(Grid.of(experiment(corpus, "none, corpus-replay"), REGISTRY).excluded()).isEmpty();
  }

  @Test
  void every_task_has_it_beside_its_own_examples() {
    Experiment e =
        experiment("corpus: {name: generic, data: \"quickstart:sorting\", examples: 5}", "none");
    try (LanguageSubject subject = LanguageSubject.open(e, REGISTRY)) {
      List<Example> corpus = subject.task(0).corpus();
      assertThat(corpus).hasSize(5).allMatch(x -> x.id().startsWith("generic"));
      assertThat(subject.task(0).examples()).doesNotContainAnyElementsOf(corpus);
    }
  }

  @Test
  void it_determines_what_is_trained() {
    String corpus = "corpus: {name: generic, data: \"quickstart:sorting\", limit: LIMIT}";
    SortedMap<String, String> none = SharedInputs.of(experiment("", "none"), REGISTRY);
    SortedMap<String, String> five =
        SharedInputs.of(experiment(corpus.replace("LIMIT", "5"), "none"), REGISTRY);
    assertThat(none.keySet()).noneMatch(key -> key.startsWith("corpus"));
    assertThat(five).containsEntry("corpus.limit", "5");
    assertThat(five.get("corpus.data")).as("a hash of its content").matches("[0-9a-f]{64}");
    Plan with = Plan.of(experiment(corpus.replace("LIMIT", "5"), "corpus-replay"), REGISTRY, five);
    assertThat(Stages.of(with, true).inputs(Stages.of(with, true).all().iterator().next()))
        .containsEntry("corpus.limit", "5");
  }

  @Test
  void what_is_evaluated_on_is_refused_as_a_corpus() throws IOException {
    Files.writeString(temp.resolve("k.txt"), "some text");
    String kept = "evaluation: [{name: kept, data: k.txt, format: text}]\n";
    assertThatThrownBy(
            () -> experiment(kept + "corpus: {name: generic, data: k.txt, format: text}", "none"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("c.yaml:4:9: the corpus is 'k.txt', which is evaluation data");
    assertThatThrownBy(
            () -> experiment(kept + "corpus: {name: kept, data: o.txt, format: text}", "none"))
        .hasMessageContaining("another task or evaluation set 'kept'");
    assertThat(
            experiment(kept + "corpus: {name: generic, data: o.txt, format: text}", "none")
                .corpus())
        .isPresent();
  }
}
