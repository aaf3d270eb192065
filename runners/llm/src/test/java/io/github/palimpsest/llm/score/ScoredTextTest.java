package io.github.palimpsest.llm.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.Exchange;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.llm.text.WordTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoredTextTest {
  private static final List<String> WORDS = List.of("a", "bb", "ccc", "dddd", "é");

  /** A model whose every word costs its id in nats, whatever comes before it. */
  private static final LogLikelihoods BY_ID =
      examples ->
          examples.stream()
              .map(
                  e -> {
                    int[] ids = ids(e);
                    float[] targets = targets(e);
                    int count =
                        (int) IntStream.range(0, ids.length).filter(i -> targets[i] > 0).count();
                    double nats =
                        IntStream.range(0, ids.length).mapToDouble(i -> targets[i] * ids[i]).sum();
                    return new LogLikelihoods.Outcome(nats, count, 0);
                  })
              .toList();

  @TempDir Path folder;
  TextTokenizer tokenizer;

  @BeforeEach
  void aTokenizerOfFiveWords() {
    tokenizer = WordTokenizer.of(folder, WORDS);
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  @Test
  void scoresEveryTokenOnceWithAsMuchBeforeItAsTheStrideLeaves() {
    ScoredText text = new ContinuationEncoder(tokenizer, 4).rolling("t/0", "a bb a bb a bb a", 3);
    assertThat(text.windows())
        .as("BOS and 4; then 3 at a time, each window 5 long, behind at least 4 + 1 - 3 tokens")
        .extracting(ScoredTextTest::ids)
        .containsExactly(new int[] {0, 3, 4, 3, 4}, new int[] {3, 4, 3, 4, 3});
    assertThat(text.windows())
        .extracting(ScoredTextTest::targets)
        .containsExactly(new float[] {0, 1, 1, 1, 1}, new float[] {0, 0, 1, 1, 1});
  }

  @Test
  void everyTargetOfAnyTextIsScoredOnceWhateverLengthAndStride() {
    RandomGenerator rng = RandomGeneratorFactory.of("L64X128MixRandom").create(4);
    for (int run = 0; run < 300; run++) {
      int[] ids = rng.ints(2 + rng.nextInt(40), 3, 8).toArray();
      float[] targets = new float[ids.length];
      for (int i = 1; i < targets.length; i++) {
        targets[i] = rng.nextInt(3) == 0 ? 0 : 1;
      }
      int length = 2 + rng.nextInt(20);
      int stride = 1 + rng.nextInt(length - 1);
      Example whole =
          new Example(
              "t/0",
              ids.length,
              new TreeMap<>(
                  Map.of(
                      ExampleEncoder.IDS, new HostArray.Ints(ids, ids.length),
                      ExampleEncoder.TARGETS, new HostArray.Floats(targets, ids.length))));
      List<Integer> scored = new ArrayList<>();
      for (Example window : new ScoredText(whole, 0, length, stride).windows()) {
        assertThat(window.tokens()).as("tokens of a window").isBetween(2, length);
        assertThat(targets(window)[0]).as("nothing predicts the first").isZero();
        for (int i = 0; i < window.tokens(); i++) {
          if (targets(window)[i] > 0) {
            scored.add(ids(window)[i]);
          }
        }
      }
      assertThat(scored)
          .as("targets of %s in order, windows of %d by %d", Arrays.toString(ids), length, stride)
          .isEqualTo(
              IntStream.range(0, ids.length)
                  .filter(i -> targets[i] > 0)
                  .map(i -> ids[i])
                  .boxed()
                  .toList());
    }
  }

  @Test
  void bitsPerByteAreThoseOfTheWholeTextHoweverItIsWindowed() {
    // 5 words of 3 + 4 + 5 + 6 + 7 = 25 nats, and 1 + 1 + 2 + 1 + 3 + 1 + 4 + 1 + 2 = 16 bytes
    String once = String.join(" ", WORDS);
    int bytes = once.getBytes(StandardCharsets.UTF_8).length;
    assertThat(bytes).as("bytes, 2 of them in the last word").isEqualTo(16);
    for (int times : new int[] {1, 2, 9}) {
      String text = IntStream.range(0, times).mapToObj(i -> once).collect(Collectors.joining(" "));
      for (int maxLength : new int[] {2, 3, 7, 100}) {
        for (int stride : new int[] {1, 2, maxLength}) {
          ScoredText whole =
              new ContinuationEncoder(tokenizer, maxLength).rolling("t", text, stride);
          TextScores scores = TextScores.of(BY_ID, List.of(whole));
          assertThat(scores.bitsPerByte().value())
              .as("%d times 25 nats and 16 bytes, a space between, by %d", times, stride)
              .isCloseTo(times * 25 / Math.log(2) / (times * 17 - 1), within(1e-12));
          assertThat(scores.natsPerToken().value()).as("25 / 5").isCloseTo(5, within(1e-12));
          assertThat(scores.natsPerToken().total()).as("tokens").isEqualTo(5 * times);
          assertThat(scores.natsPerToken().examples()).as("one document").containsExactly("t");
        }
      }
    }
  }

  @Test
  void bitsPerByteOfATextThatWasCutAreThoseOfWhatWasKept() {
    Document document =
        new Document(
            "f:1", 0, List.of(new Exchange("", String.join(" ", WORDS) + " a".repeat(50))), false);
    ExampleEncoder.Encoded cut = new ExampleEncoder(tokenizer, 4).encode("t", List.of(document));
    TextScores scores = TextScores.of(BY_ID, cut);
    assertThat(scores.bitsPerByte().bytes()).as("'a bb ccc'").isEqualTo(8);
    assertThat(scores.bitsPerByte().value())
        .as("3 + 4 + 5 nats over 8 bytes, however long the rest is")
        .isCloseTo(12 / Math.log(2) / 8, within(1e-12));
  }

  @Test
  void anAnswerTooLongForTheModelIsScoredToItsEndAndAnEmptyOneAddsNoBytes() {
    List<Document> documents =
        List.of(
            new Document("f:1", 0, List.of(new Exchange("a a a\n", "bb a bb a bb")), true),
            new Document("f:2", 1, List.of(new Exchange("a\n", "")), true));
    ExampleEncoder.Encoded whole = ExampleEncoder.whole(tokenizer).encode("t", documents);
    TextScores scores = TextScores.of(BY_ID, ScoredText.of(whole, 5, 4));
    assertThat(scores.natsPerToken().weights())
        .as("5 words and the end; the end")
        .containsExactly(6, 1);
    assertThat(scores.windows()).as("10 tokens in windows of 5 by 4, and one").isEqualTo(3 + 1);
    assertThat(scores.bitsPerByte().bytes()).as("'bb a bb a bb' and ''").isEqualTo(12);
    assertThat(scores.bitsPerByte().value())
        .as("4 + 3 + 4 + 3 + 4 and twice 1 for the end")
        .isCloseTo(20 / Math.log(2) / 12, within(1e-12));
  }

  @Test
  void aFirstTokenThatNothingPredictsHasNeitherNatsNorBytes() throws IOException {
    // neither a post-processor nor a name for a beginning token
    WordTokenizer.of(folder, WORDS, "null").close();
    Files.delete(folder.resolve("tokenizer_config.json"));
    try (TextTokenizer plain = TextTokenizer.load(folder)) {
      ScoredText text = new ContinuationEncoder(plain, 2).rolling("t", "dddd a a a", 2);
      assertThat(TextScores.of(BY_ID, List.of(text)).bitsPerByte())
          .as("3 * 3 nats over ' a a a'")
          .isEqualTo(new TextScores.BitsPerByte(9 / Math.log(2), 6));
      Document same = new Document("f:1", 0, List.of(new Exchange("", "dddd a a a")), false);
      assertThat(ExampleEncoder.whole(plain).encode("t", List.of(same)).bytes())
          .as("in examples, too")
          .containsExactly(6L);
      assertThatThrownBy(() -> new ContinuationEncoder(plain, 2).rolling("t", "a", 2))
          .as("one token alone")
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("no token that could be predicted");
    }
  }

  @Test
  void refusesAStrideThatWouldLeaveTokensOut() {
    ContinuationEncoder encoder = new ContinuationEncoder(tokenizer, 4);
    for (int stride : new int[] {-1, 0, 5}) {
      assertThatThrownBy(() -> encoder.rolling("t", "a", stride))
          .as("stride %d of windows of 4", stride)
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("from 1 to 4, not " + stride);
    }
  }

  private static int[] ids(Example e) {
    return ((HostArray.Ints) e.fields().get(ExampleEncoder.IDS)).toArray();
  }

  private static float[] targets(Example e) {
    return ((HostArray.Floats) e.fields().get(ExampleEncoder.TARGETS)).toArray();
  }
}
