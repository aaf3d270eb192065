package io.github.palimpsest.decoder.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.model.Rope;
import java.util.Map;
import java.util.Optional;

/** The keys of a rotary embedding, in the older and the newer form. */
final class RopeKeys {
  static final String THETA = "rope_theta";
  static final String SHARE = "partial_rotary_factor";
  static final String OLDER = "rope_scaling";
  static final String NEWER = "rope_parameters";

  private RopeKeys() {}

  /**
   * Reads {@code rope_parameters} of transformers 5, or the older keys.
   *
   * @param absent has the base, and the share of dimensions that rotate, where no key has them
   * @param partial whether the family lets a part of the dimensions stand still
   * @throws PalimpsestException if both forms are present and differ, or a key in them is not used
   */
  static Rope read(JsonConfig config, Rope absent, boolean partial) {
    Optional<JsonConfig> older = config.object(OLDER);
    Optional<JsonConfig> newer = config.object(NEWER);
    double theta = config.real(THETA, absent.theta());
    double share = partial ? config.real(SHARE, absent.share()) : 1;
    Rope.Scaling scaling =
        older.map(o -> RopeScalings.read(config, o, partial)).orElseGet(Rope.Unscaled::new);
    Rope given = Rope.of(theta).partial(share).scaled(scaling);
    if (newer.isEmpty()) {
      return given;
    }
    Rope rope = parameters(config, newer.get(), given, partial);
    if (config.has(THETA) && theta != rope.theta()) {
      throw differ(config, THETA, newer.get());
    }
    if (partial && config.has(SHARE) && share != rope.share()) {
      throw differ(config, SHARE, newer.get());
    }
    if (older.isPresent() && !scaling.equals(rope.scaling())) {
      throw differ(config, OLDER, newer.get());
    }
    return rope;
  }

  /**
   * Reads {@code rope_parameters} where it has an object for each type of layer.
   *
   * @return empty if it is absent, or not by types
   */
  static Optional<Rope> read(JsonConfig config, String layerType, Rope absent) {
    Optional<JsonConfig> newer = config.object(NEWER);
    if (newer.isEmpty() || !newer.get().json().path(layerType).isObject()) {
      return Optional.empty();
    }
    JsonConfig all = newer.get();
    for (Map.Entry<String, JsonNode> e : all.json().properties()) {
      if (!e.getValue().isObject() && !e.getValue().isNull()) {
        throw all.wrong(e.getKey(), e.getValue(), "an object with the keys of a type of layer");
      }
    }
    return all.object(layerType).map(own -> parameters(config, own, absent, false));
  }

  private static Rope parameters(
      JsonConfig config, JsonConfig parameters, Rope absent, boolean partial) {
    double theta = parameters.real(THETA, absent.theta());
    double share = partial ? parameters.real(SHARE, absent.share()) : 1;
    return Rope.of(theta).partial(share).scaled(RopeScalings.read(config, parameters, partial));
  }

  private static PalimpsestException differ(JsonConfig config, String key, JsonConfig newer) {
    return new PalimpsestException(
        config.where()
            + ": '"
            + key
            + "' is "
            + config.json().path(key)
            + ", but 'rope_parameters' is "
            + newer.json()
            + "; remove the one that is wrong");
  }
}
