package io.github.palimpsest.llm.quickstart;

import io.github.palimpsest.llm.text.Document;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Skills on strings of three letters, which have nothing to do with the facts: writing them
 * backwards and writing them in order. The evaluated strings are not in the training data.
 */
final class Letters {
  private static final List<String> ALPHABET = List.of("a", "b", "c", "d", "e", "f", "g", "h");
  private static final int LENGTH = 3;
  private static final int TRAINING = 320;
  private static final int EVALUATION = 80;

  private Letters() {}

  /** All words of both skills. */
  static List<String> vocabulary() {
    List<String> all = new ArrayList<>(ALPHABET);
    all.addAll(List.of("reverse", "sort"));
    return all;
  }

  /** {@code reverse a b c} and {@code c b a}. */
  static QuickstartTask reversing(RandomGenerator rng) {
    return task(
        "reversing",
        rng,
        letters -> "reverse " + String.join(" ", letters),
        letters -> {
          List<String> reversed = new ArrayList<>(letters);
          Collections.reverse(reversed);
          return String.join(" ", reversed);
        });
  }

  /** {@code sort c a b} and {@code a b c}. */
  static QuickstartTask sorting(RandomGenerator rng) {
    return task(
        "sorting",
        rng,
        letters -> "sort " + String.join(" ", letters),
        letters -> String.join(" ", letters.stream().sorted().toList()));
  }

  private static QuickstartTask task(
      String name,
      RandomGenerator rng,
      Function<List<String>, String> question,
      Function<List<String>, String> answer) {
    Set<List<String>> different = new LinkedHashSet<>();
    while (different.size() < TRAINING + EVALUATION) {
      different.add(letters(rng));
    }
    List<Document> training = new ArrayList<>();
    List<Document> evaluation = new ArrayList<>();
    for (List<String> letters : different) {
      List<Document> part = training.size() < TRAINING ? training : evaluation;
      part.add(
          QuickstartTask.document(
              name,
              training.size() + evaluation.size(),
              question.apply(letters),
              answer.apply(letters)));
    }
    return new QuickstartTask(name, training, evaluation);
  }

  private static List<String> letters(RandomGenerator rng) {
    String[] letters = new String[LENGTH];
    Arrays.setAll(letters, i -> ALPHABET.get(rng.nextInt(ALPHABET.size())));
    return List.of(letters);
  }
}
