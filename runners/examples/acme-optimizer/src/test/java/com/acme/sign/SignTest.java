package com.acme.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.api.discovery.Plugins;
import org.junit.jupiter.api.Test;
import org.tensorflow.EagerSession;
import org.tensorflow.op.Ops;

class SignTest {
  @Test
  void eachWeightMovesByTheLearningRateAgainstTheSignOfItsMomentum() {
    try (EagerSession session = EagerSession.create()) {
      EagerContext step = new EagerContext(Ops.create(session), 1f, -1f, 0.5f);
      Sign sign = new Sign(Schedule.constant(0.25), 0.5f);

      // m = 0.5 * 0 + 0.5 g = [1, -2, 0.5], so w moves by -0.25 sign(m)
      assertThat(step.run(sign, 2f, -4f, 1f)).containsExactly(-0.25f, 0.25f, -0.25f);
      // m = 0.5 [1, -2, 0.5] + 0.5 [-0.5, 4, 1] = [0.25, 1, 0.75]: the first still goes its way
      assertThat(step.run(sign, -0.5f, 4f, 1f)).containsExactly(-0.25f, -0.25f, -0.25f);
    }
  }

  @Test
  void theHostFindsThePluginAndItsSettings() {
    assertThat(Plugins.onClassPath().recipe("acme.sign(beta=0.5)"))
        .hasToString("acme.sign(beta=0.5, lr=1e-4)");
    assertThatThrownBy(() -> Plugins.onClassPath().recipe("acme.sign(beta=2)"))
        .hasMessage("setting 'beta' of 'acme.sign': 2 is out of range: number from 0 to 1");
  }
}
