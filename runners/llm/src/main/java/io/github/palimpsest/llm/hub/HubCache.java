package io.github.palimpsest.llm.hub;

import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The local cache of the Hugging Face Hub, in the layout of the library huggingface_hub: {@code
 * models--ORG--NAME} with {@code refs/main}, which names a folder in {@code snapshots}.
 *
 * @param root the folder of the cache
 */
public record HubCache(Path root) {
  private static final Pattern REPOSITORY =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)/([A-Za-z0-9][A-Za-z0-9._-]*)(?:/(.+))?");
  private static final Pattern HASH = Pattern.compile("[0-9A-Za-z]{1,64}");
  private static final String REF = "refs/main";
  private static final String SNAPSHOTS = "snapshots";

  /** What the Hub has: each kind of repository has folders of its own in the cache. */
  public enum Kind {
    /** Models. */
    MODELS,
    /** Data sets. */
    DATASETS;

    String folder(String organisation, String name) {
      return (this == MODELS ? "models" : "datasets") + "--" + organisation + "--" + name;
    }
  }

  /** The cache of this user, as huggingface_hub finds it. */
  public static HubCache ofUser() {
    return of(System.getenv(), Path.of(System.getProperty("user.home", "")));
  }

  /**
   * The cache that variables of the environment name: {@code HF_HUB_CACHE}, or {@code hub} in
   * {@code HF_HOME}, or {@code huggingface/hub} in {@code XDG_CACHE_HOME} or in {@code .cache} of
   * the user's folder.
   */
  static HubCache of(Map<String, String> environment, Path home) {
    Optional<String> cache = variable(environment, "HF_HUB_CACHE");
    if (cache.isPresent()) {
      return new HubCache(Path.of(cache.get()));
    }
    Path all =
        variable(environment, "HF_HOME")
            .map(Path::of)
            .orElseGet(
                () ->
                    variable(environment, "XDG_CACHE_HOME")
                        .map(Path::of)
                        .orElse(home.resolve(".cache"))
                        .resolve("huggingface"));
    return new HubCache(all.resolve("hub"));
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(v -> !v.isBlank());
  }

  /**
   * The snapshot of a repository's folder in a cache.
   *
   * @param folder any folder, such as {@code models--ORG--NAME}
   * @return the folder that {@code refs/main} names, or the only one in {@code snapshots}; the
   *     folder itself if it is not one of a cache
   * @throws PalimpsestException if it is one of a cache and has no such snapshot, or several and no
   *     {@code refs/main}
   */
  public static Path snapshot(Path folder) {
    Path snapshots = folder.resolve(SNAPSHOTS);
    if (!Files.isDirectory(snapshots)) {
      return folder;
    }
    Path ref = folder.resolve(REF);
    try {
      if (Files.isRegularFile(ref)) {
        String hash = Files.readString(ref).strip();
        Path named = snapshots.resolve(HASH.matcher(hash).matches() ? hash : "none");
        if (!Files.isDirectory(named)) {
          throw new PalimpsestException(
              ref + " names snapshot '" + hash + "', which is not in " + snapshots);
        }
        return named;
      }
      try (Stream<Path> all = Files.list(snapshots)) {
        List<Path> there = all.filter(Files::isDirectory).sorted().toList();
        if (there.size() != 1) {
          throw new PalimpsestException(
              folder
                  + " has "
                  + there.size()
                  + " snapshots and no "
                  + REF
                  + "; name the folder of one, "
                  + snapshots.resolve("HASH"));
        }
        return there.get(0);
      }
    } catch (IOException e) {
      throw new PalimpsestException("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * Finds a repository, or a file in it.
   *
   * @param written {@code ORG/NAME}, or {@code ORG/NAME/FILE}
   * @return empty if it is written in another way, or not in the cache
   */
  public Optional<Path> find(Kind kind, String written) {
    Matcher m = REPOSITORY.matcher(written);
    if (!m.matches()) {
      return Optional.empty();
    }
    Path folder = root.resolve(kind.folder(m.group(1), m.group(2)));
    if (!Files.isDirectory(folder.resolve(SNAPSHOTS))) {
      return Optional.empty();
    }
    Path snapshot = snapshot(folder);
    Path found = m.group(3) == null ? snapshot : snapshot.resolve(m.group(3)).normalize();
    return found.startsWith(snapshot) && Files.exists(found)
        ? Optional.of(found)
        : Optional.empty();
  }

  /**
   * The folder of a model: the given one, its snapshot if it is a folder of a cache, or the one in
   * the user's cache if there is no such folder.
   */
  public static Path model(Path folder) {
    return Files.exists(folder) || folder.isAbsolute()
        ? snapshot(folder)
        : ofUser().find(Kind.MODELS, folder.toString()).orElse(folder);
  }

  /** As {@link #model}, for a file or folder of data. */
  public static Path data(Path place) {
    return Files.exists(place) || place.isAbsolute()
        ? snapshot(place)
        : ofUser().find(Kind.DATASETS, place.toString()).orElse(place);
  }
}
