package io.github.palimpsest.tck.rig;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SampleModelTest {
  private static final Example ONE = FunctionModel.example("one");

  private final SampleModel model = new SampleModel();

  @Test
  void an_example_has_two_logits_and_a_loss_made_of_its_id() {
    int hash = "one".hashCode();
    HostArray.Floats logits = model.logits(ONE);
    assertThat(logits.toArray()).containsExactly(hash % 7, hash % 11);
    assertThat(logits.shape()).containsExactly(1, 2);
    assertThat(model.losses(ONE).nats(0)).isEqualTo(Math.abs(hash % 5));
    assertThat(model.losses(ONE).weight(0)).isEqualTo(1);
  }

  @Test
  void factors_become_the_weights_of_an_example() {
    Example heavier = model.reweighted(ONE, new float[] {3});
    assertThat(heavier.id()).isEqualTo("one");
    assertThat(((HostArray.Floats) heavier.fields().get("weights")).toArray()).containsExactly(3);
  }

  @Test
  void labels_are_drawn_once_for_each_example_and_a_field_tells_how() {
    Random rng = new Random(1);
    Random same = new Random(1);
    assertThat(model.relabelled(List.of(ONE, ONE), 2, rng))
        .extracting(Example::id)
        .containsExactly("one", "one");
    same.nextDouble();
    float second = (float) same.nextDouble();
    Example sample = model.samples(List.of("x"), 5, 2, new Random(1)).get(0);
    assertThat(((HostArray.Floats) sample.fields().get("drawn")).toArray())
        .containsExactly((float) new Random(1).nextDouble(), 2, 5);
    assertThat(second).isNotEqualTo((float) new Random(1).nextDouble());
    assertThat(rng.nextDouble()).isEqualTo(same.nextDouble());
  }
}
