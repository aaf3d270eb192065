package io.github.palimpsest.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.classifier.ClassStream.Scenario;
import io.github.palimpsest.classifier.ClassifierShape.Network;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ClassStreamTest {
  private static final ClassStream STREAM =
      ClassStream.of(
          List.of(
              new TreeSet<>(Set.of("good", "bad")),
              new TreeSet<>(Set.of("fine", "good")),
              new TreeSet<>(Set.of("bad"))),
          Scenario.TASK_INCREMENTAL);

  @Test
  void columns_follow_the_tasks_and_a_shared_class_has_one() {
    assertThat(STREAM.names()).containsExactly("bad", "good", "fine");
    assertThat(STREAM.byTask()).containsExactly(List.of(0, 1), List.of(1, 2), List.of(0));
    assertThat(STREAM.column("fine")).isEqualTo(2);
  }

  @Test
  void an_unknown_class_is_refused_with_the_nearest_name() {
    assertThatThrownBy(() -> STREAM.column("god"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("no task has training examples of class 'god'")
        .hasMessageContaining("good");
  }

  @Test
  void a_classifier_of_one_class_is_refused() {
    assertThatThrownBy(
            () -> ClassStream.of(List.of(new TreeSet<>(Set.of("a"))), Scenario.CLASS_INCREMENTAL))
        .hasMessage("a classifier needs at least 2 classes, not [a]");
  }

  @Test
  void a_shape_out_of_range_is_refused() {
    assertThatThrownBy(() -> new ClassifierShape(Network.ENCODER, 9, 6, 1, 4, 8))
        .hasMessage("4 heads do not divide a width of 6");
    assertThatThrownBy(() -> new ClassifierShape(Network.ENCODER, 9, 6, 0, 2, 8))
        .hasMessage("'layers' of a classifier must be from 1 to 100, not 0");
    assertThatThrownBy(() -> new ClassifierShape(Network.MLP, 1 << 24, 256, 0, 2, 8))
        .hasMessageContaining("is too large");
  }
}
