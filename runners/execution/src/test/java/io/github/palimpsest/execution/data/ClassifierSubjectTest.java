package io.github.palimpsest.execution.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.SharedInputs;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.experiment.subject.Subjects;
import io.github.palimpsest.results.folder.SetScore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A stream of two tasks that is made up here: films that are good or bad, and news of two kinds.
 */
@Tag("native")
class ClassifierSubjectTest {
  private static final PluginRegistry REGISTRY = Plugins.onClassPath();
  private static final String FILE =
      """
      model: {classifier: mlp, width: 8, vocabulary: 20}
      tasks:
        - {name: films, data: films.json, test: films-test.json, measure: accuracy}
        - {name: news, data: news.json, format: "labels(text=\\"line\\", label=\\"kind\\")", held-out: 1, measure: accuracy}
      training: {max-length: 4}
      axes: {optimizer: sgd}
      seeds: [1]
      """;

  @TempDir Path temp;

  @BeforeEach
  void writeTheStream() throws IOException {
    Files.writeString(
        temp.resolve("films.json"),
        """
        [{"sentence": "a moving film", "label": "good"},
         {"sentence": "a dull and long and boring film", "label": "bad"},
         {"sentence": "moving and funny", "label": "good"},
         {"sentence": "dull and boring", "label": "bad"}]
        """);
    Files.writeString(
        temp.resolve("films-test.json"),
        """
        [{"sentence": "funny film", "label": "good"}, {"sentence": "boring film", "label": "bad"}]
        """);
    Files.writeString(
        temp.resolve("news.json"),
        """
        [{"line": "the team won the match", "kind": "sports"},
         {"line": "shares fell on the market", "kind": "business"},
         {"line": "a match of two teams", "kind": "sports"},
         {"line": "the market rose", "kind": "business"},
         {"line": "the team won the final", "kind": "sports"}]
        """);
  }

  private Subject open(String file) {
    return Subjects.open(ExperimentFile.parse("c.yaml", file, temp, Map.of()), REGISTRY);
  }

  private static TaskLoop loop(Subject subject, String recipe) {
    return new TaskLoop(
        subject.model(),
        subject.pretrained(1),
        Seats.of(REGISTRY.recipe(recipe)),
        Training.epochs(4, 2),
        7,
        List.of(subject.task(0), subject.task(1)),
        Device.CPU,
        null);
  }

  @Test
  void a_length_that_no_classifier_has_is_refused_at_its_line() {
    assertThatThrownBy(() -> open(FILE.replace("max-length: 4", "max-length: 1048577")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "c.yaml:5:12: 'training.max-length' is 1048577, and a classifier has at most 1048576"
                + " positions");
  }

  @Test
  void a_text_may_have_any_class_of_the_stream_or_only_those_of_its_task() {
    for (String scenario : List.of("class-incremental", "task-incremental")) {
      try (Subject subject = open(FILE.replace("mlp,", "mlp, scenario: " + scenario + ","))) {
        WeightSnapshot weights = subject.pretrained(1);
        SetScore score = subject.score("films", weights);
        assertThat(score.perExample()).hasSize(2);
        assertThat(score.value()).isEqualTo(Arrays.stream(score.perExample()).average().orElse(-1));
        Example film = subject.task(0).examples().get(0);
        assertThat(film.tokens()).isEqualTo(3);
        assertThat(film.fields().containsKey("possible"))
            .as(scenario)
            .isEqualTo(scenario.startsWith("task"));
        assertThat(subject.task(1).examples()).hasSize(4);
        assertThat(subject.data().sentences(false).toString()).contains("1 held out");
      }
    }
  }

  /** With all weights 0, each class that is possible has the same probability. */
  @ParameterizedTest
  @CsvSource({"class-incremental, 4", "task-incremental, 2"})
  void the_loss_is_that_of_the_right_class_among_those_that_are_possible(
      String scenario, int classes) {
    try (Subject subject = open(FILE.replace("mlp,", "mlp, scenario: " + scenario + ","))) {
      WeightSnapshot start = subject.pretrained(1);
      TreeMap<String, Shape> shapes = new TreeMap<>();
      start.names().forEach(name -> shapes.put(name, start.shape(name)));
      WeightSnapshot zeros =
          WeightSnapshot.computed(shapes, name -> new float[start.copy(name).length]);
      assertThat(subject.loss("films", zeros)).isCloseTo(Math.log(classes), within(1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sam(base=adam(lr=0.01)) + ewc(lambda=10) + der-pp | wise-ft",
        "adam(lr=0.01) + lora(rank=2, target=\".*\") + lwf + mas + replay(ratio=0.5)",
        "esam(base=adam(lr=0.01)) + si + kl(mask-target=true) + pseudo-replay(ratio=1)"
      })
  void techniques_that_need_logits_alone_train_both_networks(String recipe) {
    for (String model :
        List.of(
            "classifier: mlp, width: 8, vocabulary: 20",
            "classifier: encoder, scenario: task-incremental, width: 8, heads: 2, layers: 1")) {
      String file = FILE.replace("classifier: mlp, width: 8, vocabulary: 20", model);
      try (Subject subject = open(file)) {
        TaskLoop loop = loop(subject, recipe);
        loop.train(StepListener.NONE);
        loop.train(StepListener.NONE);
        WeightSnapshot weights = loop.weights();
        boolean moved = false;
        for (String name : weights.names()) {
          float[] now = weights.copy(name);
          for (float v : now) {
            assertThat(v).as(name).isFinite();
          }
          moved |= !Arrays.equals(now, subject.pretrained(1).copy(name));
        }
        assertThat(moved).as("training changed the weights").isTrue();
      }
    }
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          , test: films-test.json, measure: accuracy | , held-out: 1 | c.yaml:3:5: set 'films' is scored by 'nats-per-token', which needs a language model: a classifier goes with a measure of choices, such as 'measure: accuracy'
          name: films, | name: films, windows: true, | 'windows' is for language models
          name: films, | name: films, max-new-tokens: 3, | 'max-new-tokens' is for language models
          name: films, data: films.json | name: films, format: text, data: films.json | format 'text' has no label that a classifier could learn
          tasks: | corpus: {name: c, data: films.json}\\ntasks: | a classifier that is made has no pretraining, so no 'corpus'
          test: films-test.json | test: news-as-films.json | news-as-films.json' does not exist
          width: 8, vocabulary: 20 | heads: 2 | an mlp has no attention, so no 'heads'
          width: 8, vocabulary: 20 | vocabulary: 20, tokenizer: x | either 'vocabulary' counts words or 'tokenizer' splits them
          width: 8, vocabulary: 20 | tokenizer: . | tokenizer '.' is not a folder with tokenizer.json
          classifier: mlp, width: 8, vocabulary: 20 | classifier: encoder, width: 6 | c.yaml:1:8: 4 heads do not divide a width of 6
          width: 8, | widht: 8, | unknown key 'model.widht'; did you mean 'width'?
          mlp, width | mpl, width | 'model.classifier' is 'mpl'; did you mean 'mlp'?
          """)
  void what_a_classifier_cannot_do_is_refused_by_name(String good, String bad, String message) {
    assertThat(FILE).contains(good);
    assertThatThrownBy(() -> open(FILE.replace(good, bad.replace("\\n", "\n"))).close())
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(message);
  }

  @Test
  void a_class_that_is_only_in_the_test_data_is_refused() throws IOException {
    Files.writeString(
        temp.resolve("films-test.json"), "[{\"sentence\": \"so so\", \"label\": \"fair\"}]");
    assertThatThrownBy(() -> open(FILE).close())
        .hasMessageContaining("films/0: no task has training examples of class 'fair'");
    Files.writeString(
        temp.resolve("films-test.json"), "[{\"sentence\": \"a match\", \"label\": \"sports\"}]");
    assertThatThrownBy(() -> open(FILE.replace("mlp,", "mlp, scenario: task-incremental,")).close())
        .hasMessageContaining(
            "'films/0' has class 'sports', and no training example of its task has it");
  }

  @Test
  void the_shape_of_a_classifier_is_an_input_of_every_stage() {
    String one = model(FILE);
    assertThat(one)
        .isEqualTo(
            "mlp classifier, class-incremental, width 8, 1 layers, 4 heads, at most 20 words");
    for (String other :
        List.of("width: 9", "layers: 2, width: 8", "scenario: task-incremental, width: 8")) {
      assertThat(model(FILE.replace("width: 8", other))).isNotEqualTo(one);
    }
  }

  private String model(String file) {
    return String.valueOf(
        SharedInputs.of(ExperimentFile.parse("c.yaml", file, temp, Map.of()), REGISTRY)
            .get("model"));
  }
}
