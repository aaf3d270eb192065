package io.github.palimpsest.llm.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.llm.json.StrictJson;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A checkpoint in several safetensors files, with an index file such as {@code
 * model.safetensors.index.json} whose {@code weight_map} names the file of each tensor.
 */
public final class ShardedSafetensors implements StoredWeights {
  private final SortedMap<String, SafetensorsFile> holders;

  private ShardedSafetensors(SortedMap<String, SafetensorsFile> holders) {
    this.holders = holders;
  }

  /**
   * Opens the index and every file that it names.
   *
   * @throws PalimpsestException if the index is malformed, a file or one of its tensors is missing,
   *     a file has a tensor that the index lacks, or lies outside the folder of the index; the
   *     message names the file and the tensor
   */
  public static ShardedSafetensors open(Path index) {
    JsonNode map = StrictJson.object(index).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new PalimpsestException(index + ": has no weight_map");
    }
    Map<String, SafetensorsFile> shards = new HashMap<>();
    SortedMap<String, SafetensorsFile> holders = new TreeMap<>();
    for (Map.Entry<String, JsonNode> e : map.properties()) {
      if (!e.getValue().isTextual()) {
        throw new PalimpsestException(
            index + ": tensor '" + e.getKey() + "' has no file name, but " + e.getValue());
      }
      String name = e.getValue().textValue();
      SafetensorsFile shard =
          shards.computeIfAbsent(
              name, n -> SafetensorsFile.open(ShardName.find(index, e.getKey(), n)));
      if (!shard.names().contains(e.getKey())) {
        throw new PalimpsestException(
            "%s: tensor '%s' should be in %s, but is not".formatted(index, e.getKey(), name));
      }
      holders.put(e.getKey(), shard);
    }
    shards.forEach((name, shard) -> requireListed(index, name, shard, holders));
    return new ShardedSafetensors(holders);
  }

  private static void requireListed(
      Path index, String name, SafetensorsFile shard, SortedMap<String, SafetensorsFile> holders) {
    for (String tensor : shard.names()) {
      if (!holders.containsKey(tensor)) {
        throw new PalimpsestException(
            "%s: has no entry for tensor '%s' of %s".formatted(index, tensor, name));
      }
    }
  }

  @Override
  public String dtype(String name) {
    return holder(name).dtype(name);
  }

  @Override
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(holders.keySet()));
  }

  @Override
  public Shape shape(String name) {
    return holder(name).shape(name);
  }

  @Override
  public FloatBuffer read(String name) {
    return holder(name).read(name);
  }

  private SafetensorsFile holder(String name) {
    SafetensorsFile holder = holders.get(name);
    if (holder == null) {
      throw new PalimpsestException("no tensor '" + name + "' in the index of the checkpoint");
    }
    return holder;
  }
}
