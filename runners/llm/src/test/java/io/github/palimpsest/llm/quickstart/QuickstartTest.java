package io.github.palimpsest.llm.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.Exchange;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {
  private static final int UNKNOWN = 2;
  private final Quickstart quickstart = new Quickstart(7);

  @Test
  void hasAWordForEverythingAndCutsNothing() {
    try (TextTokenizer tokenizer = quickstart.tokenizer()) {
      tokenizer.requireVocabulary(quickstart.model().spec().vocabulary());
      for (QuickstartTask task : quickstart.tasks()) {
        for (List<Document> part : List.of(task.training(), task.evaluation())) {
          ExampleEncoder.Encoded encoded = quickstart.encoder(tokenizer).encode(task.name(), part);
          assertThat(encoded.cut() + encoded.dropped()).as("cut or dropped").isZero();
          assertThat(encoded.examples()).as(task.name()).hasSameSizeAs(part);
          for (Example e : encoded.examples()) {
            assertThat(((HostArray.Ints) e.fields().get(ExampleEncoder.IDS)).toArray())
                .as("known words of %s", e.id())
                .doesNotContain(UNKNOWN);
          }
        }
      }
    }
  }

  @Test
  void neverEvaluatesAQuestionThatWasTrainedOn() {
    for (QuickstartTask task : quickstart.tasks()) {
      assertThat(exchanges(task.evaluation()))
          .as(task.name())
          .isNotEmpty()
          .doesNotHaveDuplicates()
          .doesNotContainAnyElementsOf(exchanges(task.training()));
      List<Integer> numbers = new ArrayList<>();
      task.training().forEach(d -> numbers.add(d.number()));
      task.evaluation().forEach(d -> numbers.add(d.number()));
      assertThat(numbers).as("numbers of %s", task.name()).doesNotHaveDuplicates();
    }
  }

  @Test
  void trainsOnEachFactInTwoOtherPhrasings() {
    QuickstartTask facts = quickstart.tasks().get(0);
    assertThat(facts.evaluation()).as("20 people, 4 attributes").hasSize(80);
    assertThat(facts.training()).as("two phrasings of each").hasSize(160);
    Map<String, Integer> known = new HashMap<>();
    for (Exchange e : exchanges(facts.training())) {
      known.merge(person(e) + " " + e.response(), 1, Integer::sum);
    }
    for (Exchange e : exchanges(facts.evaluation())) {
      assertThat(known).as("%s", e).containsEntry(person(e) + " " + e.response(), 2);
    }
  }

  @Test
  void answersTheSkillsRightly() {
    for (Exchange e : exchanges(quickstart.tasks().get(1).training())) {
      String letters = e.context().strip().substring("reverse ".length());
      assertThat(e.response()).isEqualTo(new StringBuilder(letters).reverse().toString());
    }
    for (Exchange e : exchanges(quickstart.tasks().get(2).training())) {
      String[] letters = e.context().strip().substring("sort ".length()).split(" ");
      Arrays.sort(letters);
      assertThat(e.response()).isEqualTo(String.join(" ", letters));
    }
  }

  @Test
  void isTheSameForTheSameSeedAndAnotherForAnother() {
    Quickstart same = new Quickstart(7);
    Quickstart other = new Quickstart(8);
    assertThat(same.tasks()).as("same seed").isEqualTo(quickstart.tasks());
    assertThat(other.tasks()).as("other seed").isNotEqualTo(quickstart.tasks());
    String name = "model.embed_tokens.weight";
    float[] weights = quickstart.initialWeights().copy(name);
    assertThat(same.initialWeights().copy(name)).as("same weights").isEqualTo(weights);
    assertThat(other.initialWeights().copy(name)).as("other weights").isNotEqualTo(weights);
  }

  @Test
  void writesItsTokenizerForASavedModel(@TempDir Path folder) {
    quickstart.writeTokenizer(folder);
    try (TextTokenizer read = TextTokenizer.load(folder);
        TextTokenizer inMemory = quickstart.tokenizer()) {
      String text = "where does mira live ?";
      assertThat(read.encode(text)).as("ids").isEqualTo(inMemory.encode(text)).hasSize(5);
      assertThat(read.decode(read.encode(text))).as("text").isEqualTo(text);
      assertThat(read.eos()).as("EOS").isEqualTo(inMemory.eos());
    }
  }

  /** Facts are told apart by the one invented name in the question. */
  private static String person(Exchange e) {
    return Arrays.stream(e.context().strip().split(" "))
        .filter(Facts.PEOPLE::contains)
        .findFirst()
        .orElseThrow();
  }

  private static List<Exchange> exchanges(List<Document> documents) {
    return documents.stream().map(d -> d.exchanges().get(0)).toList();
  }
}
