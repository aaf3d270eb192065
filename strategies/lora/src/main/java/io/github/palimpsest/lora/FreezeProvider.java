package io.github.palimpsest.lora;

import io.github.palimpsest.api.Adapter;
import io.github.palimpsest.api.AdapterProvider;
import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.Kind;
import io.github.palimpsest.api.Onset;
import io.github.palimpsest.api.ParameterSpec.Role;
import io.github.palimpsest.api.Promise;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.Traits;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Provides {@link Freeze}. */
final class FreezeProvider implements AdapterProvider {
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
      Setting.pattern("names", "", "parameters with a name that matches wholly are frozen too");

  @Override
  public ComponentId id() {
    return new ComponentId("freeze");
  }

  @Override
  public String summary() {
    return "Freezing: trains some of the model's own parameters, by role, layer and name";
  }

  @Override
  public String equation() {
    return "w_i' = w_i + update_i for i trained; w_i' = w_i else";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(EMBEDDINGS, HEADS, NORMS, FROM_LAYER, LAYERS, HALF, NAMES);
  }

  @Override
  public Traits traits(Settings settings) {
    return Traits.of(
        Onset.FIRST_TASK,
        Cost.NONE,
        "Zheng et al. 2025, Spurious forgetting in continual learning of language models,"
            + " arXiv:2501.13453");
  }

  /** What is not frozen is the base's own. */
  @Override
  public Set<Promise> promises(Settings settings) {
    return Promise.usualWithout(Kind.ADAPTER, Promise.FREEZES_BASE);
  }

  @Override
  public Adapter create(Settings settings) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    if (settings.get(EMBEDDINGS)) {
      roles.add(Role.EMBEDDING);
    }
    if (settings.get(HEADS)) {
      roles.add(Role.HEAD);
    }
    if (settings.get(NORMS)) {
      roles.add(Role.NORM);
    }
    return new Freeze(
        roles,
        settings.get(FROM_LAYER),
        settings.get(LAYERS),
        settings.get(HALF),
        settings.get(NAMES));
  }
}
