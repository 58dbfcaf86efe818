import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A MongoDB wire server for tests: MongoWireServer PORT FILE|:mem:
 *
 * Prints "listening on ADDRESS" when it takes connections. SIGTERM writes everything to FILE and ends it; so does the
 * end of standard input, so that it never outlives the process that started it.
 */
public class MongoWireServer {
  public static void main(String[] args) throws Exception {
    H2Backend backend = args[1].equals(":mem:") ? H2Backend.inMemory() : new H2Backend(args[1]);
    backend.version(new CurrentVersion());
    MongoServer server = new MongoServer(backend);
    server.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])));
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    System.out.println("listening on " + server.getLocalAddress());
    while (System.in.read() != -1) {}
    System.exit(0);
  }

  /** Wire version 13, because current drivers refuse the 8 that the library announces by itself. */
  static class CurrentVersion implements MongoVersion {
    public List<Integer> getVersionArray() {
      return List.of(5, 0, 0, 0);
    }

    public int getWireVersion() {
      return 13;
    }
  }
}
