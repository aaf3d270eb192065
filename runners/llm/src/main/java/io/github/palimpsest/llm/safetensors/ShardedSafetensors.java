package io.github.palimpsest.llm.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.WeightSnapshot;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tensorflow.ndarray.Shape;

/**
 * A checkpoint cut into several safetensors files, with an index file such as {@code
 * model.safetensors.index.json} whose {@code weight_map} says which file holds which tensor.
 */
public final class ShardedSafetensors implements WeightSnapshot {
  private final SortedMap<String, SafetensorsFile> holders;

  private ShardedSafetensors(SortedMap<String, SafetensorsFile> holders) {
    this.holders = holders;
  }

  /**
   * Opens the index and every file that it names.
   *
   * @throws PalimpsestException if the index is malformed, or a file or one of its tensors is
   *     missing; the message names the file and the tensor
   */
  public static ShardedSafetensors open(Path index) {
    JsonNode map;
    try {
      map = new ObjectMapper().readTree(Files.readAllBytes(index)).path("weight_map");
    } catch (JsonProcessingException e) {
      throw new PalimpsestException(index + ": malformed: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new PalimpsestException(index + ": cannot be read: " + e.getMessage(), e);
    }
    if (!map.isObject() || map.isEmpty()) {
      throw new PalimpsestException(index + ": has no weight_map");
    }
    Map<String, SafetensorsFile> shards = new HashMap<>();
    SortedMap<String, SafetensorsFile> holders = new TreeMap<>();
    for (Map.Entry<String, JsonNode> e : map.properties()) {
      SafetensorsFile shard =
          shards.computeIfAbsent(e.getValue().asText(), n -> shard(index, e.getKey(), n));
      if (!shard.names().contains(e.getKey())) {
        throw new PalimpsestException(
            "%s: tensor '%s' should be in %s, but is not"
                .formatted(index, e.getKey(), e.getValue().asText()));
      }
      holders.put(e.getKey(), shard);
    }
    return new ShardedSafetensors(holders);
  }

  private static SafetensorsFile shard(Path index, String tensor, String name) {
    Path file = index.resolveSibling(name);
    if (!Files.isRegularFile(file)) {
      throw new PalimpsestException(
          "%s: the file %s, which should hold tensor '%s', is missing"
              .formatted(index, name, tensor));
    }
    return SafetensorsFile.open(file);
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
