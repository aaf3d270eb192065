package io.github.palimpsest.llm.peft;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.api.adapter.PeftReader;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.llm.safetensors.SafetensorsFile;
import io.github.palimpsest.llm.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An adapter as PEFT keeps it: {@code adapter_config.json} and {@code adapter_model.safetensors}.
 */
public final class PeftDirectory {
  private static final String CONFIG = "adapter_config.json";
  private static final String TENSORS = "adapter_model.safetensors";
  private static final ObjectMapper JSON = new ObjectMapper();

  private PeftDirectory() {}

  /**
   * Opens a folder; tensors are read when asked for.
   *
   * @throws PalimpsestException if a file is missing or malformed; names it
   */
  public static PeftAdapter open(Path folder) {
    Path config = folder.resolve(CONFIG);
    TreeMap<String, Object> keys =
        JSON.convertValue(StrictJson.object(config), new TypeReference<>() {});
    keys.values().removeIf(Objects::isNull);
    return PeftAdapter.of(keys, SafetensorsFile.open(folder.resolve(TENSORS)));
  }

  /**
   * The component that an adapter means, with the settings that it was made with.
   *
   * @throws PalimpsestException if no adapter of the registry takes it, or one does but lacks an
   *     option
   */
  @SuppressWarnings("unchecked") // asked for by kind
  public static Component<Adapter> component(PluginRegistry registry, PeftAdapter adapter) {
    for (Registered r : registry.all(Kind.ADAPTER)) {
      Optional<Value.Call> call =
          r.provider()
              .capability(PeftReader.class)
              .flatMap(reader -> reader.recipe(adapter.config()));
      if (call.isPresent()) {
        return (Component<Adapter>) registry.component(Kind.ADAPTER, call.get());
      }
    }
    throw new PalimpsestException(
        "no adapter here is what "
            + CONFIG
            + " describes: 'peft_type' is "
            + adapter.config().get("peft_type"));
  }

  /**
   * Saves a new folder that PEFT loads; it appears when it is complete.
   *
   * @param target must not exist yet
   * @throws PalimpsestException if the folder exists or cannot be written
   */
  public static void save(Path target, PeftAdapter adapter) {
    Path absolute = target.toAbsolutePath().normalize();
    if (Files.exists(absolute)) {
      throw new PalimpsestException(
          target + ": exists already; adapters are saved to a new folder");
    }
    Path partial = absolute.resolveSibling("." + absolute.getFileName() + ".partial");
    try {
      Files.createDirectories(partial);
      SafetensorsWriter.write(partial.resolve(TENSORS), adapter.tensors());
      Files.writeString(
          partial.resolve(CONFIG),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(adapter.config()) + "\n");
      Files.move(partial, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new PalimpsestException(target + ": cannot be written: " + e.getMessage(), e);
    }
  }
}
