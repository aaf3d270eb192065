package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.tensorflow.op.Ops;

/**
 * Trains some of the model's own parameters and freezes the others: those of the given roles, those
 * of a range or a half of the layers, and those whose whole name matches. Freezing the embeddings
 * and the first layers keeps what a model knows about earlier tasks (Zheng et al. 2025,
 * arXiv:2501.13453).
 *
 * <p>Trained parameters have the same values, gradients and updates as without freezing; the others
 * receive no gradient and no optimizer state, and keep their bits (PAR-02).
 *
 * @param roles frozen roles
 * @param fromLayer the first frozen layer
 * @param layers how many layers are frozen
 * @param half the half of the layers that is frozen
 * @param names further frozen parameters
 */
record Freeze(Set<Role> roles, int fromLayer, int layers, Half half, Pattern names)
    implements Adapter {

  static final Setting<Boolean> EMBEDDINGS =
      Setting.flag("embeddings", true, "freezes token tables, and with them a tied head");
  static final Setting<Boolean> HEADS = Setting.flag("heads", false, "freezes untied heads");
  static final Setting<Boolean> NORMS = Setting.flag("norms", false, "freezes normalisations");
  static final Setting<Integer> FROM_LAYER =
      Setting.integer("from-layer", 0, 0, Integer.MAX_VALUE, "the first frozen layer");
  static final Setting<Integer> LAYERS =
      Setting.integer("layers", 0, 0, Integer.MAX_VALUE, "how many layers are frozen");
  static final Setting<Freeze.Half> HALF =
      Setting.choice(
          "half",
          Freeze.Half.class,
          Freeze.Half.NONE,
          "a half of the layers to freeze: lower is next to the inputs, upper next to the outputs");
  static final Setting<Pattern> NAMES =
      Setting.pattern("names", "", "parameters whose whole name matches are frozen too");

  static final AdapterProvider PROVIDER =
      AdapterProvider.of(
              "freeze",
              "Freezing: trains some of the model's own parameters, by role, layer and name",
              "w_i' = w_i + update_i for i trained; w_i' = w_i else")
          .settings(EMBEDDINGS, HEADS, NORMS, FROM_LAYER, LAYERS, HALF, NAMES)
          .traits(
              s ->
                  Traits.of(
                      Onset.FIRST_TASK,
                      Cost.NONE,
                      "Zheng et al. 2025, Spurious forgetting in continual learning of language models,"
                          + " arXiv:2501.13453"))
          // trained parameters are the base's own
          .promisesNot(Promise.FREEZES_BASE)
          .creates(Freeze::create);

  private static Adapter create(Settings s) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    if (s.get(EMBEDDINGS)) {
      roles.add(Role.EMBEDDING);
    }
    if (s.get(HEADS)) {
      roles.add(Role.HEAD);
    }
    if (s.get(NORMS)) {
      roles.add(Role.NORM);
    }
    boolean none =
        roles.isEmpty()
            && s.get(LAYERS) == 0
            && s.get(HALF) == Half.NONE
            && s.get(NAMES).pattern().isEmpty();
    if (none) {
      throw new PalimpsestException(
          "'freeze' with these settings freezes no parameter of any model: set one of embeddings,"
              + " heads, norms, layers, half and names");
    }
    return new Freeze(roles, s.get(FROM_LAYER), s.get(LAYERS), s.get(HALF), s.get(NAMES));
  }

  /** A half of a model's layers; of an odd number, the middle one is in the upper half. */
  enum Half {
    /** Neither. */
    NONE,
    /** The one next to the inputs. */
    LOWER,
    /** The one next to the outputs. */
    UPPER;

    boolean holds(int layer, int count) {
      return layer >= 0 && this != NONE && (this == LOWER) == (layer < count / 2);
    }
  }

  /**
   * Merging loses nothing: the trained parameters have the same names and values before and after.
   */
  @Override
  public boolean mergesAfterTask() {
    return true;
  }

  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    int count = 1 + base.stream().mapToInt(ParameterSpec::layer).max().orElse(-1);
    List<ParameterSpec> trained = base.stream().filter(p -> !isFrozen(p, count)).toList();
    if (trained.isEmpty() || trained.size() == base.size()) {
      throw new PalimpsestException(
          "'freeze' freezes "
              + (trained.isEmpty() ? "every parameter" : "no parameter")
              + " of this model: roles "
              + roles.stream().map(r -> r.name().toLowerCase(Locale.ROOT)).sorted().toList()
              + ", "
              + layers
              + " layers from layer "
              + fromLayer
              + (half == Half.NONE ? "" : ", the " + half.name().toLowerCase(Locale.ROOT) + " half")
              + ", names \""
              + names
              + "\"");
    }
    return new Bound(trained);
  }

  private boolean isFrozen(ParameterSpec p, int count) {
    return roles.contains(p.role())
        || p.layer() >= 0 && p.layer() >= fromLayer && p.layer() - fromLayer < layers
        || half.holds(p.layer(), count)
        || names.matcher(p.name()).matches();
  }

  private record Bound(List<ParameterSpec> trainable) implements BoundAdapter {
    @Override
    public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
      Map<String, Shape> shapes = new LinkedHashMap<>();
      Map<String, float[]> values = new LinkedHashMap<>();
      for (ParameterSpec p : trainable) {
        shapes.put(p.name(), p.shape());
        values.put(p.name(), base.copy(p.name()));
      }
      return WeightSnapshot.of(shapes, values);
    }

    @Override
    public Weights effective(Ops tf, Params trained, Weights base) {
      return new ReplacedWeights(tf, trained.tensors().byName(), base);
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trained, WeightSnapshot base) {
      return new MergedWeights(base, trained.names(), trained::copy);
    }
  }
}
