package io.github.palimpsest.llm.quickstart;

import io.github.palimpsest.llm.text.Document;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Facts about invented people: their town, work, pet and favourite colour, drawn from the seed.
 * Every fact has three phrasings. Two are training data; the third is the evaluation question. It
 * differs from fact to fact, so every phrasing is known from other people, but no evaluation
 * question is in the training data: a correct answer recalls a fact and does not repeat a line.
 */
final class Facts {
  static final List<String> PEOPLE =
      words(
          "alva bero cilo dana elko fiva gusa hemi ilka joro kesa luno mira nedo ovin pela quro"
              + " rima sovi tamo");

  private static final List<Attribute> ATTRIBUTES =
      List.of(
          new Attribute(
              words("avelon bristo corvia dunmar eskola farnum grenada halmar"),
              "where does X live ?",
              "which city is home to X ?",
              "X lives in which city ?"),
          new Attribute(
              words("baker carpenter doctor farmer painter pilot tailor teacher"),
              "what work does X do ?",
              "what is the job of X ?",
              "X has which job ?"),
          new Attribute(
              words("cat dog fish frog goat horse parrot rabbit"),
              "what animal does X keep ?",
              "what is the pet of X ?",
              "X has which pet ?"),
          new Attribute(
              words("black blue brown green purple red white yellow"),
              "what colour does X like ?",
              "what is the favourite colour of X ?",
              "X likes which colour ?"));

  private record Attribute(List<String> values, String... phrasings) {}

  private Facts() {}

  /** All words of the questions and answers. */
  static List<String> vocabulary() {
    List<String> all = new ArrayList<>(PEOPLE);
    for (Attribute a : ATTRIBUTES) {
      all.addAll(a.values());
      for (String phrasing : a.phrasings()) {
        all.addAll(words(phrasing.replace("X ", "").replace(" X", "")));
      }
    }
    return all;
  }

  /** Draws the facts and writes the questions. */
  static QuickstartTask draw(RandomGenerator rng) {
    List<Document> training = new ArrayList<>();
    List<Document> evaluation = new ArrayList<>();
    int fact = 0;
    for (String person : PEOPLE) {
      for (Attribute a : ATTRIBUTES) {
        String value = a.values().get(rng.nextInt(a.values().size()));
        for (int p = 0; p < a.phrasings().length; p++) {
          List<Document> part = fact % a.phrasings().length == p ? evaluation : training;
          String question = a.phrasings()[p].replace("X", person);
          part.add(
              QuickstartTask.document(
                  "facts", training.size() + evaluation.size(), question, value));
        }
        fact++;
      }
    }
    return new QuickstartTask("facts", training, evaluation);
  }

  private static List<String> words(String text) {
    return List.of(text.split(" "));
  }
}
