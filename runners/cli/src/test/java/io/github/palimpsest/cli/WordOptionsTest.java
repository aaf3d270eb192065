package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Every option of every command whose value is one of some words. */
class WordOptionsTest {
  private static final CommandLine ROOT = Main.commandLine();

  private static boolean isWord(OptionSpec option) {
    return option.type().isEnum() || Stream.of(option.auxiliaryTypes()).anyMatch(Class::isEnum);
  }

  private static Stream<Map.Entry<String, OptionSpec>> options() {
    return NumericOptionsTest.commands(ROOT).entrySet().stream()
        .flatMap(
            e ->
                e.getValue().getCommandSpec().options().stream()
                    .filter(WordOptionsTest::isWord)
                    .map(option -> Map.entry(e.getKey(), option)));
  }

  private static List<String> words(OptionSpec option) {
    List<String> all = new ArrayList<>();
    option.completionCandidates().forEach(all::add);
    return all;
  }

  private static void parse(String call, OptionSpec option, String value) {
    String[] words = (call + " " + option.longestName() + "=" + value).split(" ", -1);
    try {
      ROOT.parseArgs(Arrays.copyOfRange(words, 1, words.length)); // the first is the program
    } catch (MissingParameterException other) {
      assertThat(other).hasMessageNotContaining("'" + value + "'"); // this one was accepted
    }
  }

  private static Stream<DynamicTest> ofEach(BiConsumer<String, OptionSpec> test) {
    return options()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.getKey() + " " + e.getValue().longestName(),
                    () -> test.accept(e.getKey(), e.getValue())));
  }

  @Test
  void there_are_such_options() {
    assertThat(options().map(e -> e.getValue().longestName()))
        .contains("--format", "--table", "--template", "--chat-turns", "--recipe", "--at");
  }

  @TestFactory
  Stream<DynamicTest> each_word_is_written_small_and_read_as_the_shell_completes_it() {
    return ofEach(
        (call, option) ->
            assertThat(words(option))
                .isNotEmpty()
                .allSatisfy(
                    word -> {
                      assertThat(word).matches("[a-z0-9][a-z0-9-]*");
                      parse(call, option, word);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> another_word_is_refused_with_the_option_and_the_words_as_documented() {
    return ofEach(
        (call, option) ->
            assertThatThrownBy(() -> parse(call, option, "nosuch"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(option.longestName())
                .hasMessageContaining("'nosuch'")
                .satisfies(
                    refused ->
                        words(option).forEach(w -> assertThat(refused).hasMessageContaining(w))));
  }
}
