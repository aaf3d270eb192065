package io.github.palimpsest.llm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.llm.example.Truncation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleEncoderTest {
  @TempDir Path folder;
  TextTokenizer tokenizer;

  @BeforeEach
  void aTokenizerOfFiveWords() {
    tokenizer = WordTokenizer.of(folder, List.of("a", "b", "c", "d", "e"));
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  @Test
  void learnsTheResponseAndItsEndOnly() {
    Example e = only(new ExampleEncoder(tokenizer, 16), answer("a b\n", "c d"));
    assertThat(ids(e)).as("BOS a b c d EOS").containsExactly(0, 3, 4, 5, 6, 1);
    assertThat(targets(e)).as("the response and EOS").containsExactly(0, 0, 0, 1, 1, 1);
    assertThat(e.tokens()).as("length").isEqualTo(6);
    assertThat(e.id()).as("task and place").isEqualTo("t/7");
  }

  @Test
  void learnsEveryAnswerOfAChat() {
    Document chat =
        new Document("f:1", 7, List.of(new Exchange("a", " b"), new Exchange("c", " d")), true);
    Example e = only(new ExampleEncoder(tokenizer, 16), chat);
    assertThat(ids(e)).as("BOS a b EOS c d EOS").containsExactly(0, 3, 4, 1, 5, 6, 1);
    assertThat(targets(e)).as("b EOS, d EOS").containsExactly(0, 0, 1, 1, 0, 1, 1);
    assertThat(new ExampleEncoder(tokenizer, 16).prompt(chat))
        .as("all before the last answer")
        .containsExactly(0, 3, 4, 1, 5);
  }

  @Test
  void learnsAllOfAPlainTextAfterTheBeginningToken() {
    Example e = only(new ExampleEncoder(tokenizer, 16), text("a b c"));
    assertThat(ids(e)).as("BOS a b c").containsExactly(0, 3, 4, 5);
    assertThat(targets(e)).as("all but BOS").containsExactly(0, 1, 1, 1);
  }

  @Test
  void countsATokenAcrossTheBorderAsResponse() {
    Example e = only(new ExampleEncoder(tokenizer, 16), answer("a b", "x c"));
    assertThat(ids(e)).as("'bx' is one unknown word").containsExactly(0, 3, 2, 5, 1);
    assertThat(targets(e)).as("it belongs to the response").containsExactly(0, 0, 1, 1, 1);
  }

  @Test
  void cutsTheEndAndDropsWhatHasNothingLeftToLearn() {
    ExampleEncoder encoder = new ExampleEncoder(tokenizer, 4);
    ExampleEncoder.Encoded encoded =
        encoder.encode("t", List.of(answer("a b\n", "c d"), answer("a b c d\n", "e")));
    assertThat(encoded.examples()).as("the second has lost its response").hasSize(1);
    assertThat(ids(encoded.examples().get(0))).as("the first four").containsExactly(0, 3, 4, 5);
    assertThat(encoded.bytes()).as("bytes of 'c', without the ' d' cut off").containsExactly(1L);
    assertThat(encoded.cut()).as("cut").isEqualTo(1);
    assertThat(encoded.dropped()).as("dropped").isEqualTo(1);
    assertThatThrownBy(() -> encoder.encode("t", List.of(answer("a b c d\n", "e"))))
        .as("nothing left")
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("task 't' has no example");
    assertThatThrownBy(() -> encoder.encode("t", List.of()))
        .as("nothing given")
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("there are no documents");
  }

  @Test
  void manyDocumentsAreEncodedAsEachOneAlone() {
    ExampleEncoder encoder = new ExampleEncoder(tokenizer, 16);
    String[] words = {"a", "b", "c", "d", "e"};
    List<Document> many = new ArrayList<>();
    for (int i = 0; i < 2 * DocumentParts.MOST + 3; i++) {
      String context = String.join(" ", Collections.nCopies(1 + i % 4, words[i % 5])) + "\n";
      many.add(
          new Document("f:" + i, i, List.of(new Exchange(context, words[i / 5 % 5] + " a")), true));
    }
    ExampleEncoder.Encoded together = encoder.encode("t", many);
    assertThat(together.examples()).hasSameSizeAs(many);
    for (int i = 0; i < many.size(); i++) {
      ExampleEncoder.Encoded alone = encoder.encode("t", List.of(many.get(i)));
      assertThat(together.examples().get(i)).isEqualTo(alone.examples().get(0));
      assertThat(together.bytes().get(i)).isEqualTo(alone.bytes().get(0));
    }
  }

  @Test
  void documentsAreTakenSomeAtATime() {
    Document small = text("a");
    Document large = text("a".repeat(DocumentParts.TEXT));
    List<List<Document>> parts = new ArrayList<>();
    new DocumentParts(List.of(small, large, large, small, small)).forEachRemaining(parts::add);
    assertThat(parts)
        .as("a large one alone, since two would be too much at a time")
        .containsExactly(List.of(small), List.of(large), List.of(large), List.of(small, small));
    parts.clear();
    new DocumentParts(Collections.nCopies(DocumentParts.MOST + 1, small))
        .forEachRemaining(parts::add);
    assertThat(parts).extracting(List::size).containsExactly(DocumentParts.MOST, 1);
  }

  @Test
  void cutsALongTextIntoWindowsThatScoreEachTokenOnce() {
    ExampleEncoder encoder = new ExampleEncoder(tokenizer, 3, true, false);
    ExampleEncoder.Encoded encoded = encoder.encode("t", List.of(text("a b c d e")));
    List<Example> examples = encoded.examples();
    assertThat(examples)
        .as("two words a window behind BOS")
        .extracting(e -> ids(e))
        .containsExactly(new int[] {0, 3, 4}, new int[] {0, 5, 6}, new int[] {0, 7});
    assertThat(examples).as("ids differ").extracting(Example::id).doesNotHaveDuplicates();
    assertThat(encoded.bytes()).as("'a b', ' c d', ' e'").containsExactly(3L, 4L, 2L);
  }

  @Test
  void doesNotPredictTheFirstTokenOfATextThatTheTokenizerPutsNothingBefore() {
    try (TextTokenizer plain = WordTokenizer.of(folder, List.of("a", "b", "c", "d", "e"), "null")) {
      assertThat(plain.bos()).as("a beginning token has a name").hasValue(0);
      Example e = only(new ExampleEncoder(plain, 16), text("a b c"));
      assertThat(ids(e)).as("a b c").containsExactly(3, 4, 5);
      assertThat(targets(e)).as("nothing comes before a").containsExactly(0, 1, 1);
      assertThat(
              new ExampleEncoder(plain, 3, true, false)
                  .encode("t", List.of(text("a b c d e")))
                  .examples())
          .as("windows behind the token before them: each but the first is a target once")
          .extracting(w -> ids(w))
          .containsExactly(new int[] {3, 4, 5}, new int[] {5, 6, 7});
    }
  }

  @Test
  void refusesALengthThatHasNoRoomForATarget() {
    assertThatThrownBy(() -> new ExampleEncoder(tokenizer, 1))
        .as("one token")
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("at least 2 tokens, not 1");
  }

  @Test
  void packsWholeExamplesUpToTheLength() {
    ExampleEncoder encoder = new ExampleEncoder(tokenizer, 6, false, true);
    ExampleEncoder.Encoded encoded =
        encoder.encode("t", List.of(text("a b"), text("c d"), text("e a")));
    List<Example> packs = encoded.examples();
    assertThat(encoded.bytes()).as("bytes of two texts, of one").containsExactly(6L, 3L);
    assertThat(packs)
        .as("two of three tokens each, then the third")
        .extracting(e -> ids(e))
        .containsExactly(new int[] {0, 3, 4, 0, 5, 6}, new int[] {0, 7, 3});
    assertThat(targets(packs.get(0)))
        .as("no BOS is ever a target")
        .containsExactly(0, 1, 1, 0, 1, 1);
  }

  @Test
  void truncation_on_the_left_keeps_the_answer_and_the_beginning_token() {
    ExampleEncoder left = new ExampleEncoder(tokenizer, 4, false, false, Truncation.LEFT);
    Example cut = only(left, answer("a b c\n", "d e"));
    Example whole = only(new ExampleEncoder(tokenizer, 64), answer("a b c\n", "d e"));
    int[] all = ids(whole);
    assertThat(ids(cut))
        .as("BOS and the last three tokens")
        .containsExactly(all[0], all[all.length - 3], all[all.length - 2], all[all.length - 1]);
    assertThat(targets(cut)).as("d e EOS").containsExactly(0, 1, 1, 1);
    ExampleEncoder.Encoded encoded = left.encode("t", List.of(text("a b c d e")));
    assertThat(encoded.cut()).isEqualTo(1);
    assertThat(encoded.bytes()).as("' c d e'").containsExactly(6L);
    assertThat(only(left, text("a b")).tokens()).as("short texts stay").isEqualTo(3);
    ExampleEncoder narrow = new ExampleEncoder(tokenizer, 2, false, false, Truncation.LEFT);
    assertThat(ids(only(narrow, text("a b c d e a b c d e a b c d e"))))
        .as("a long text is forgotten as it is read")
        .containsExactly(0, 7);
  }

  static int[] ids(Example e) {
    return ((HostArray.Ints) e.fields().get(ExampleEncoder.IDS)).toArray();
  }

  static float[] targets(Example e) {
    return ((HostArray.Floats) e.fields().get(ExampleEncoder.TARGETS)).toArray();
  }

  private static Example only(ExampleEncoder encoder, Document document) {
    return encoder.encode("t", List.of(document)).examples().get(0);
  }

  private static Document answer(String prompt, String response) {
    return new Document("f:1", 7, List.of(new Exchange(prompt, response)), true);
  }

  private static Document text(String text) {
    return new Document("f:1", 7, List.of(new Exchange("", text)), false);
  }
}
