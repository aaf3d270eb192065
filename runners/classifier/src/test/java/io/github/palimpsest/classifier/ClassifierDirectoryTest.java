package io.github.palimpsest.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.classifier.ClassStream.Scenario;
import io.github.palimpsest.classifier.ClassifierShape.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassifierDirectoryTest {
  private static final Words WORDS =
      new Words(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"));
  private static final ClassifierModel MODEL =
      SmallClassifier.of(Network.ENCODER, Scenario.TASK_INCREMENTAL);
  private static final WeightSnapshot START = MODEL.initialWeights(new Random(1));

  @TempDir Path temp;
  private Path folder = Path.of("");

  @BeforeEach
  void write() {
    folder = temp.resolve("model");
    ClassifierDirectory.write(folder, MODEL, WORDS, START);
  }

  @Test
  void what_was_written_is_read() {
    assertThat(ClassifierDirectory.isOne(folder)).isTrue();
    try (ClassifierDirectory read = ClassifierDirectory.open(folder)) {
      assertThat(read.model().shape()).isEqualTo(MODEL.shape());
      assertThat(read.model().classes()).isEqualTo(MODEL.classes());
      assertThat(read.tokens().rows("J a x")).containsExactly(11, 2, 1);
      for (String name : START.names()) {
        assertThat(read.weights().copy(name)).as(name).containsExactly(START.copy(name));
      }
    }
  }

  @Test
  void an_existing_folder_is_not_replaced() {
    assertThatThrownBy(() -> ClassifierDirectory.write(folder, MODEL, WORDS, START))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith("already exists; models are saved to a new folder");
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          palimpsest-classifier | llama | 'model_type' is 'llama', not 'palimpsest-classifier'
          "width" : 8 | "width" : 10 | has the shape [12, 8], and config.json says [12, 10]
          "width" : 8 | "width" : 8.5 | Floating-point value
          "scenario" | "more" : 1, "scenario" | unknown key 'more'
          "width" : 8, | | key 'width' is missing
          "encoder" | "decoder" | 'classifier' is 'decoder', and must be of [mlp, encoder]
          "layers" : 2 | "layers" : 3 | tensor 'layers.2.
          "layers" : 2 | "layers" : 1 | no part of the model reads [layers.1.
          "vocabulary_size" : 12 | "vocabulary_size" : 2 | 'vocabulary' of a classifier must be from 3
          "a", "b" | "a", null | null
          [ 0, 1 ] | [ 0, 9 ] | a task has the classes [0, 9] of 0 to 4
          """)
  void a_damaged_configuration_is_refused_with_its_file(String good, String bad, String message)
      throws IOException {
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    assertThat(text).contains(good);
    Files.writeString(config, text.replace(good, bad == null ? "" : bad));
    assertThatThrownBy(() -> ClassifierDirectory.open(folder).close())
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void a_vocabulary_of_another_size_is_refused() throws IOException {
    Files.writeString(folder.resolve("vocabulary.txt"), "a\nb\n");
    assertThatThrownBy(() -> ClassifierDirectory.open(folder).close())
        .hasMessageEndingWith("4 tokens with padding and unknown, and config.json says 12");
  }
}
