package io.github.palimpsest.llm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HoldOutTest {
  @Test
  void keepsTheFirstOrTheLast() {
    List<Document> documents = documents("a", "b", "c", "d");
    HoldOut.Parts first = new HoldOut.First(1).split(documents);
    assertThat(numbers(first.evaluation())).as("held out").containsExactly(0);
    assertThat(numbers(first.training())).as("trained on").containsExactly(1, 2, 3);
    HoldOut.Parts last = new HoldOut.Last(2).split(documents);
    assertThat(numbers(last.evaluation())).as("held out").containsExactly(2, 3);
    assertThat(numbers(last.training())).as("trained on").containsExactly(0, 1);
  }

  @Test
  void drawsTheSamePartsFromTheSameSeedAndEachDocumentAboutEquallyOften() {
    List<Document> documents = documents("a", "b", "c", "d", "e");
    assertThat(drawn(documents, 3)).as("same seed").isEqualTo(drawn(documents, 3));
    int[] times = new int[5];
    for (int seed = 0; seed < 500; seed++) {
      HoldOut.Parts parts = drawn(documents, seed);
      assertThat(parts.training()).as("a partition").hasSize(3);
      assertThat(parts.training()).as("apart").doesNotContainAnyElementsOf(parts.evaluation());
      numbers(parts.evaluation()).forEach(n -> times[n]++);
    }
    // 500 draws of 2 of 5: 200 each, standard deviation sqrt(500 * 0.4 * 0.6) = 11
    assertThat(Arrays.stream(times).boxed())
        .as("how often each was held out")
        .allSatisfy(t -> assertThat(t).isBetween(145, 255));
  }

  @Test
  void neverTrainsOnATextThatIsHeldOut() {
    HoldOut.Parts parts = new HoldOut.First(1).split(documents("a", "b", "a", "c"));
    assertThat(numbers(parts.training())).as("the second 'a' is gone").containsExactly(1, 3);
    assertThat(parts.duplicates()).as("and counted").isEqualTo(1);
  }

  @Test
  void refusesToLeaveEitherPartEmpty() {
    assertThatThrownBy(() -> new HoldOut.First(2).split(documents("a", "b")))
        .as("nothing to train on")
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("cannot hold out 2 of 2 documents: from 1 to 1");
    assertThatThrownBy(() -> new HoldOut.Last(1).split(documents("a", "a")))
        .as("only the same text is left")
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("same text");
  }

  private static HoldOut.Parts drawn(List<Document> documents, int seed) {
    return new HoldOut.Drawn(2, new SplittableRandom(seed)).split(documents);
  }

  private static List<Integer> numbers(List<Document> documents) {
    return documents.stream().map(Document::number).toList();
  }

  private static List<Document> documents(String... texts) {
    return IntStream.range(0, texts.length)
        .mapToObj(i -> new Document("f:" + i, i, List.of(new Exchange("", texts[i])), false))
        .toList();
  }
}
