package io.github.palimpsest.llm.gguf;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.model.DecoderPart;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.CheckpointLayout;
import io.github.palimpsest.decoder.DecoderModel;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tensors of a model by their names in a checkpoint, read from a GGUF file. Converters to GGUF
 * change some values; this undoes it.
 */
final class TensorMap {
  private static final Map<DecoderPart, String> NAMES = new EnumMap<>(DecoderPart.class);

  static {
    NAMES.put(DecoderPart.EMBEDDING, "token_embd.weight");
    NAMES.put(DecoderPart.FINAL_NORM, "output_norm.weight");
    NAMES.put(DecoderPart.HEAD, "output.weight");
    layer(DecoderPart.QUERY, DecoderPart.QUERY_BIAS, "attn_q");
    layer(DecoderPart.KEY, DecoderPart.KEY_BIAS, "attn_k");
    layer(DecoderPart.VALUE, DecoderPart.VALUE_BIAS, "attn_v");
    layer(DecoderPart.QUERY_KEY_VALUE, DecoderPart.QUERY_KEY_VALUE_BIAS, "attn_qkv");
    layer(DecoderPart.ATTENTION_OUTPUT, DecoderPart.ATTENTION_OUTPUT_BIAS, "attn_output");
    layer(DecoderPart.GATE, DecoderPart.GATE_BIAS, "ffn_gate");
    layer(DecoderPart.UP, DecoderPart.UP_BIAS, "ffn_up");
    layer(DecoderPart.GATE_UP, DecoderPart.GATE_UP_BIAS, "ffn_up");
    layer(DecoderPart.DOWN, DecoderPart.DOWN_BIAS, "ffn_down");
    norm(DecoderPart.QUERY_NORM, "attn_q_norm");
    norm(DecoderPart.KEY_NORM, "attn_k_norm");
    norm(DecoderPart.ATTENTION_NORM, "attn_norm");
    norm(DecoderPart.AFTER_ATTENTION_NORM, "post_attention_norm");
    norm(DecoderPart.FEED_FORWARD_NORM, "ffn_norm");
    norm(DecoderPart.AFTER_FEED_FORWARD_NORM, "post_ffw_norm");
  }

  private final GgufFile file;
  private final Architecture architecture;
  private final DecoderSpec spec;
  private final SortedMap<String, Shape> shapes = new TreeMap<>();
  private final SortedMap<String, Place> places = new TreeMap<>();

  /** A tensor of the file, and the part that it is. */
  private record Place(String name, DecoderPart part) {}

  private TensorMap(GgufFile file, Architecture architecture, DecoderSpec spec) {
    this.file = file;
    this.architecture = architecture;
    this.spec = spec;
  }

  /**
   * The weights of a model, in the layout of its checkpoints, computed when read.
   *
   * @throws PalimpsestException if a tensor is missing, has another shape, or is not used
   */
  static WeightSnapshot of(GgufFile file, Architecture architecture, DecoderSpec spec) {
    TensorMap map = new TensorMap(file, architecture, spec);
    for (ParameterSpec p : new DecoderModel(spec).parameters()) {
      map.shapes.put(p.name(), CheckpointLayout.of(spec).shape(p));
    }
    for (DecoderPart part : DecoderPart.values()) {
      for (int layer = 0; layer < (part.inLayer() ? spec.layers() : 1); layer++) {
        map.add(part, layer);
      }
    }
    map.requireComplete();
    return WeightSnapshot.computed(map.shapes, map::values);
  }

  private static void layer(DecoderPart kernel, DecoderPart bias, String name) {
    NAMES.put(kernel, "blk.{layer}." + name + ".weight");
    NAMES.put(bias, "blk.{layer}." + name + ".bias");
  }

  private static void norm(DecoderPart part, String name) {
    NAMES.put(part, "blk.{layer}." + name + ".weight");
  }

  private void add(DecoderPart part, int layer) {
    String name = spec.names().of(part, layer);
    Shape shape = shapes.get(name);
    String inFile = NAMES.get(part);
    if (shape == null || inFile == null) {
      return;
    }
    String place = inFile.replace("{layer}", Integer.toString(layer));
    if (!file.names().contains(place)) {
      throw new PalimpsestException(
          "%s: tensor '%s', which becomes '%s', is missing".formatted(file.path(), place, name));
    }
    if (!file.shape(place).equals(shape)) {
      throw new PalimpsestException(
          "%s: tensor '%s' has shape %s, but the metadata need %s"
              .formatted(file.path(), place, file.shape(place), shape));
    }
    places.put(name, new Place(place, part));
  }

  private void requireComplete() {
    if (!places.keySet().equals(shapes.keySet())) {
      Set<String> without = new TreeSet<>(shapes.keySet());
      without.removeAll(places.keySet());
      throw new PalimpsestException(
          file.path() + ": GGUF has no names for the tensors " + without + " of this model");
    }
    Set<String> used =
        new TreeSet<>(List.of(RopeScalingKeys.LLAMA3, RopeScalingKeys.SHORT, RopeScalingKeys.LONG));
    places.values().forEach(p -> used.add(p.name()));
    List<String> others = file.names().stream().filter(n -> !used.contains(n)).toList();
    if (!others.isEmpty()) {
      throw new PalimpsestException(
          "%s: tensor '%s' is not used by a model of the architecture %s%s"
              .formatted(
                  file.path(),
                  others.get(0),
                  architecture.id(),
                  others.size() == 1 ? "" : ", nor are " + (others.size() - 1) + " others"));
    }
  }

  private float[] values(String name) {
    Place place = places.get(name);
    float[] values = file.copy(place.name());
    if (architecture == Architecture.LLAMA) {
      switch (place.part()) {
        case QUERY, QUERY_BIAS -> {
          return halved(values, spec.attention().heads());
        }
        case KEY, KEY_BIAS -> {
          return halved(values, spec.attention().keyValueHeads());
        }
        default -> {
          return values;
        }
      }
    }
    if (architecture.isGemma() && place.part().role() == ParameterSpec.Role.NORM) {
      for (int i = 0; i < values.length; i++) {
        values[i] -= 1; // the file has 1 + w
      }
    }
    return values;
  }

  /**
   * Undoes the order of rows in GGUF: there the two rows that rotate together are neighbours; in a
   * checkpoint one is in the first half of its head and the other in the second.
   */
  private float[] halved(float[] rows, int heads) {
    int half = spec.attention().headSize() / 2;
    int width = rows.length / (heads * 2 * half);
    float[] turned = new float[rows.length];
    for (int head = 0; head < heads; head++) {
      int first = head * 2 * half;
      for (int pair = 0; pair < half; pair++) {
        for (int side = 0; side < 2; side++) {
          int from = first + 2 * pair + side;
          int to = first + side * half + pair;
          System.arraycopy(rows, from * width, turned, to * width, width);
        }
      }
    }
    return turned;
  }
}
