package io.github.palimpsest.llm.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.measure.AnswerMeasure;
import io.github.palimpsest.api.measure.GeneratedAnswer;
import io.github.palimpsest.api.measure.ItemScore;
import io.github.palimpsest.llm.format.Choices;
import io.github.palimpsest.llm.measure.BuiltIn;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.Exchange;
import io.github.palimpsest.llm.text.FileSource;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.llm.text.WordTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoresTest {
  @TempDir Path folder;
  TextTokenizer tokenizer;

  @BeforeEach
  void aTokenizerOfThreeWords() {
    tokenizer = WordTokenizer.of(folder, List.of("a", "b", "c"));
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  @Test
  void weightsTokensAndBytesNotExamples() {
    ExampleEncoder.Encoded data =
        new ExampleEncoder(tokenizer, 8).encode("t", List.of(text(0, "a"), text(1, "a b c")));
    TextScores scores =
        TextScores.of(
            examples ->
                List.of(new LogLikelihoods.Outcome(2, 1, 0), new LogLikelihoods.Outcome(3, 3, 2)),
            data);
    assertThat(scores.natsPerToken().value())
        .as("5 nats over 4 tokens, not the mean of 2 and 1")
        .isCloseTo(5.0 / 4, within(1e-15));
    assertThat(scores.natsPerToken().total()).as("tokens").isEqualTo(4);
    assertThat(scores.natsPerToken().perExample()).as("each").containsExactly(2, 1);
    assertThat(scores.natsPerToken().higherIsBetter()).as("a loss").isFalse();
    assertThat(scores.bitsPerByte().value())
        .as("5 nats in bits over the 1 + 5 bytes of the texts")
        .isCloseTo(5 / Math.log(2) / 6, within(1e-15));
    assertThat(scores.tokenAccuracy().value()).as("2 of 4 tokens").isCloseTo(0.5, within(1e-15));
    assertThat(scores.answerAccuracy().value()).as("no example wholly right").isEqualTo(0);
    assertThat(scores.tokenAccuracy().examples()).as("ids").containsExactly("t/0", "t/1");
  }

  @Test
  void comparesWholeAnswersApartFromWhiteSpaceAtTheEnds() {
    List<Document> documents = List.of(answer(0, "a", "b c"), answer(1, "b", "c"));
    int[] right = tokenizer.encode("b c");
    int[] tooLong = tokenizer.encode("c c");
    List<GeneratedAnswer> answers =
        GreedyAnswers.of(
            (prompts, maxNewTokens) -> {
              assertThat(prompts.get(1)).as("BOS b").containsExactly(0, 4);
              assertThat(maxNewTokens).as("limit").isEqualTo(5);
              return List.of(right, tooLong);
            },
            new ExampleEncoder(tokenizer, 8),
            "t",
            documents,
            5);
    AnswerMeasure measure = BuiltIn.exactMatch();
    List<ItemScore> items = answers.stream().map(measure::score).toList();
    assertThat(answers).extracting(GeneratedAnswer::item).containsExactly("t/0", "t/1");
    assertThat(items)
        .as("the second has one word too many")
        .containsExactly(ItemScore.of(1), ItemScore.of(0));
    assertThat(measure.aggregate(items)).as("one of two").isEqualTo(0.5);
  }

  @Test
  void countsQuestionsThatAreCutAndRefusesChoicesThatAloneAreTooLong() {
    ContinuationEncoder four = new ContinuationEncoder(tokenizer, 4);
    ChoiceItem fits = new ChoiceItem("f:1", 0, "a a", List.of("b", "b b"), 0);
    ChoiceItem longer = new ChoiceItem("f:2", 1, "a a a a a", List.of("b", "b b b b"), 0);
    ChoiceScores.Encoded questions = ChoiceScores.encoded(four, "t", List.of(fits, longer));
    assertThat(questions.cut()).isEqualTo(1);
    assertThat(questions.examples()).hasSize(4);
    ChoiceItem tooLong = new ChoiceItem("f:3", 2, "a", List.of("b", "b b b b b"), 0);
    assertThatThrownBy(() -> ChoiceScores.encoded(four, "t", List.of(fits, tooLong)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "1 of 2 items has a choice or target with more than the 4 tokens that the model is"
                + " given; f:3: choice 1 has 5 tokens");
  }

  @Test
  void takesTheFirstOfEquallyLikelyChoicesAndDividesByCodePointsOrBytes() {
    // an emoji is 1 code point (2 Java chars) and 4 bytes
    ChoiceItem item = new ChoiceItem("f:1", 0, "a", List.of("\ud83d\ude42", "bb"), 0);
    ChoiceScores scores =
        ChoiceScores.of(
            examples ->
                List.of(new LogLikelihoods.Outcome(3, 1, 0), new LogLikelihoods.Outcome(3, 1, 0)),
            ChoiceScores.encoded(new ContinuationEncoder(tokenizer, 8), "t", List.of(item)));
    assertThat(scores.acc().value()).as("-3 and -3: the first").isEqualTo(1);
    assertThat(scores.accNorm().value()).as("-3 / 1 and -3 / 2: the second").isEqualTo(0);
    assertThat(scores.accBytes().value()).as("-3 / 4 and -3 / 2: the first").isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{\"query\":\"q\",\"choices\":[\"a\",\"b\"]}; key 'gold' is missing",
        "{\"query\":\"q\",\"choices\":[\"a\",\"b\"],\"gold\":2}; must be a number from 0 to 1, not"
            + " 2",
        "{\"query\":\"q\",\"choices\":[\"a\"],\"gold\":0}; at least 2 texts",
        "{\"query\":\"q\",\"choices\":[\"a\",\"\"],\"gold\":0}; choice 1 must be text",
        "{\"choices\":[\"a\",\"b\"],\"gold\":0}; key 'query' is missing; found choices, gold",
        "{\"text\":\"q\"}; key 'choices' is missing; found text",
      })
  void saysWhatIsWrongWithAMultipleChoiceFile(String line, String message) {
    Path file = write("mc.jsonl", line);
    assertThatThrownBy(
            () -> ChoiceItem.read(new FileSource(file), Optional.empty(), new Choices(), 0))
        .as(line)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(file + ":1: ")
        .hasMessageContaining(message);
  }

  @Test
  void readsAMultipleChoiceFileUpToTheLimit() {
    String line = "{\"query\":\"q\",\"choices\":[\"a\",\"b\"],\"gold\":1}\n";
    Path file = write("mc.jsonl", line + line + line);
    assertThat(ChoiceItem.read(new FileSource(file), Optional.empty(), new Choices(), 0))
        .as("all")
        .hasSize(3);
    assertThat(ChoiceItem.read(new FileSource(file), Optional.empty(), new Choices(), 2))
        .as("two")
        .extracting(ChoiceItem::gold)
        .containsExactly(1, 1);
  }

  private Path write(String name, String content) {
    try {
      return Files.writeString(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Document text(int number, String text) {
    return new Document("f:1", number, List.of(new Exchange("", text)), false);
  }

  private static Document answer(int number, String prompt, String response) {
    return new Document("f:1", number, List.of(new Exchange(prompt + "\n", response)), true);
  }
}
