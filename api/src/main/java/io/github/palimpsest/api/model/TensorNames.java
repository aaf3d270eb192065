package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The names of a family's tensors in a checkpoint. Parameters have the same names, so that a tensor
 * name, for example in the target of an adapter, means the same as in other tools.
 */
@Experimental(since = "0.1")
public final class TensorNames {
  /** The placeholder for the number of the layer, from 0, in the names of its tensors. */
  public static final String LAYER = "{layer}";

  private final Map<DecoderPart, String> names;
  private final List<String> computed;

  private TensorNames(Map<DecoderPart, String> names, List<String> computed) {
    this.names = names;
    this.computed = computed;
  }

  /**
   * The names that Llama and most families after it have, such as {@code
   * model.layers.0.self_attn.q_proj.weight}.
   */
  public static TensorNames usual() {
    Map<DecoderPart, String> names = new EnumMap<>(DecoderPart.class);
    for (DecoderPart part : DecoderPart.values()) {
      names.put(part, part.usual());
    }
    return new TensorNames(names, List.of());
  }

  /**
   * A copy that lists tensors of each layer that older checkpoints hold although a model computes
   * them, such as a mask; they are not read.
   *
   * @param names each with {@link #LAYER}
   */
  public TensorNames computed(String... names) {
    return new TensorNames(this.names, List.of(names));
  }

  /** Whether the model computes what a checkpoint holds under this name. */
  public boolean isComputed(String name) {
    return computed.stream()
        .anyMatch(
            c -> {
              int at = c.indexOf(LAYER);
              String rest = c.substring(at + LAYER.length());
              return name.startsWith(c.substring(0, at))
                  && name.endsWith(rest)
                  && name.substring(at, name.length() - rest.length()).matches("\\d+");
            });
  }

  /**
   * A copy with another name.
   *
   * @param name contains {@link #LAYER} once if each layer has the part, and not otherwise
   * @throws PalimpsestException if it is empty, or {@link #LAYER} is missing, repeated or not
   *     allowed
   */
  public TensorNames with(DecoderPart part, String name) {
    int first = name.indexOf(LAYER);
    boolean once = first >= 0 && name.indexOf(LAYER, first + 1) < 0;
    if (name.isBlank() || (part.inLayer() ? !once : first >= 0)) {
      throw new PalimpsestException(
          "tensor name '%s' of %s must have '%s' %s"
              .formatted(name, part, LAYER, part.inLayer() ? "once" : "nowhere"));
    }
    Map<DecoderPart, String> changed = new EnumMap<>(names);
    changed.put(part, name);
    return new TensorNames(changed, computed);
  }

  /**
   * The name of a part's tensor.
   *
   * @param layer the layer, from 0; ignored for a part outside the layers
   */
  public String of(DecoderPart part, int layer) {
    String name = names.get(part);
    return part.inLayer() ? name.replace(LAYER, Integer.toString(layer)) : name;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorNames o && names.equals(o.names) && computed.equals(o.computed);
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }

  /** The names that are not the usual ones. */
  @Override
  public String toString() {
    Map<DecoderPart, String> own = new EnumMap<>(names);
    own.entrySet().removeIf(e -> e.getValue().equals(e.getKey().usual()));
    return own.isEmpty() ? "usual" : "usual except " + own;
  }
}
