package io.github.palimpsest.classifier;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.classifier.ClassStream.Scenario;
import io.github.palimpsest.classifier.ClassifierShape.Network;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Classifiers of 12 tokens, and of two tasks with the classes {@code a b} and {@code c d e}. */
final class SmallClassifier {
  private SmallClassifier() {}

  static ClassifierModel of(Network network, Scenario scenario) {
    return new ClassifierModel(
        new ClassifierShape(network, 12, 8, 2, 2, 6),
        ClassStream.of(
            List.of(new TreeSet<>(Set.of("a", "b")), new TreeSet<>(Set.of("c", "d", "e"))),
            scenario));
  }

  static List<Example> examples(ClassifierModel model) {
    return List.of(
        model.example("one", new int[] {2, 7, 5}, 0, List.of(0, 1)),
        model.example("two", new int[] {9}, 3, List.of(2, 3, 4)),
        model.reweighted(
            model.example("three", new int[] {4, 1, 11, 4, 3}, 4, List.of(2, 3, 4)),
            new float[] {0.5f}));
  }
}
