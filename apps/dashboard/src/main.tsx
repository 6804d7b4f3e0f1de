import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.layer.css';
import './shell/global.css';
import { createRoot } from 'react-dom/client';
import { setNonce } from 'get-nonce';
import { allowOnlyText } from './shell/trusted-types.js';
import { pageNonce } from './ui/nonce.js';
import { App } from './shell/app.js';

allowOnlyText();
setNonce(pageNonce());
createRoot(document.getElementById('root') as HTMLElement).render(<App />);
