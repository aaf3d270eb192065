package io.github.palimpsest.optimizers.transform;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.api.parameter.ParameterSpec;
import java.util.regex.Pattern;

/**
 * Any base optimizer on some of the parameters; the others stay where they are and keep no state. A
 * parameter is trained if its name matches {@code train} and its role is one of {@code roles}. The
 * base does not see the others: a norm over all parameters is then one over the trained ones. Rules
 * OPT-01 to OPT-04 and OPT-32.
 */
record Masked(Optimizer base, Pattern train, Roles roles) implements Wrapper {
  /** The roles that are trained. */
  enum Roles {
    /** Every role. */
    ALL,
    /** Kernels, embeddings, heads and adapters. */
    MATRICES,
    /** Only kernels. */
    KERNELS,
    /** Norms and biases. */
    VECTORS;

    boolean cover(ParameterSpec p) {
      boolean vector = p.role() == ParameterSpec.Role.NORM || p.role() == ParameterSpec.Role.BIAS;
      return switch (this) {
        case ALL -> true;
        case MATRICES -> !vector;
        case KERNELS -> p.role() == ParameterSpec.Role.KERNEL;
        case VECTORS -> vector;
      };
    }
  }

  static final Setting<Pattern> TRAIN =
      Setting.pattern("train", ".*", "names of the parameters to train; must match the whole name");
  static final Setting<Roles> ROLES =
      Setting.choice("roles", Roles.class, Roles.ALL, "roles of the parameters to train");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "masked",
              "Trains some of the parameters, chosen by name and role",
              "w += u for the chosen parameters, w for the rest")
          .settings(TRAIN, ROLES, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      1,
                      0,
                      "Lee et al. 2022, Surgical fine-tuning improves adaptation to distribution shifts"
                          + " (arXiv:2210.11466)"))
          .creates(s -> new Masked(s.get(BASE), s.get(TRAIN), s.get(ROLES)));

  @Override
  public boolean trains(ParameterSpec p) {
    return roles.cover(p) && train.matcher(p.name()).matches() && base.trains(p);
  }

  @Override
  public Updates updates(StepContext c) {
    StepContext some = c.withParams(this::trains);
    if (some.specs().isEmpty()) {
      throw new PalimpsestException(
          "'masked' trains nothing: no parameter matches train=\""
              + train
              + "\" and the chosen roles; there is for example '"
              + c.specs().get(0).name()
              + "'");
    }
    return base.updates(Wrapper.inner(some)).filled(c.tf(), c.params());
  }
}
